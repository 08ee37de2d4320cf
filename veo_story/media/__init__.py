"""Files of pictures and sound: probing, cutting, joining, aligning. Knows nothing of stories."""
