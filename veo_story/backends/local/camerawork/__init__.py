"""The animator's camera: framings, moves and the way between them, as pure functions of the frame."""
