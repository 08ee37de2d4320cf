"""Setting text in any script: fonts, shaping, direction, and rows of it as ink."""
