"""One module a command. :mod:`veo_story.cli.main` imports only the one that is called."""
