"""A scene's frames with effects, overlays and captions: read, changed, drawn over and encoded once."""
