"""The drawn world: sheets painted once, seen through a camera that looks past each at its own depth."""
