"""What is written on pictures: letters of any script, slates, captions, the title card's ink."""
