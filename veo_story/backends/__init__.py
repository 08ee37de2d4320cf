"""The renderers: :mod:`base` is the door, :mod:`registry` finds who stands behind it."""
