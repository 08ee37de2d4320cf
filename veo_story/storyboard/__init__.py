"""From a YAML file to a typed storyboard: reading, shape, names, and the words that a model gets."""
