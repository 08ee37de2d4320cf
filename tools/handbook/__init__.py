"""The documentation: which pages are generated, and what is checked of all of them."""
