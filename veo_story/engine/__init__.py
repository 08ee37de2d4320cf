"""Running a plan: chains side by side, a chain's steps in order, one function that spends."""
