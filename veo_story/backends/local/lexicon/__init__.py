"""What words mean to the animatic: the vocabulary as TOML, and how it is looked up in an author's text."""
