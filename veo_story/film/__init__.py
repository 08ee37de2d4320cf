"""From takes to the film: the cut list, the file, and the proof that the file is what was planned."""
