"""The author's own pictures in motion: moved, given depth, led from one to another."""
