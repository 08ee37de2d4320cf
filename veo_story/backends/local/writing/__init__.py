"""What is written over a picture: fonts, captions, slate, marks."""
