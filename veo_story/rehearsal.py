"""Rendering a storyboard through the paid code path against the emulator, free."""
