"""The command line: the only room that prints, reads the environment and looks at the real clock."""
