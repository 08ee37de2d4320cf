"""The pictures and the sound that the example storyboards use, drawn by the repository itself."""
