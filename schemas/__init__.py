"""The JSON schemas of the formats, shipped as ``veo_story.schemas``."""
