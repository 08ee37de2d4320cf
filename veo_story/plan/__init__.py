"""From storyboard to plan, and from plan and takes to what is still to do."""
