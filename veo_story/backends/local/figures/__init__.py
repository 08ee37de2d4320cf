"""The cast as silhouettes: who they are, where they stand, what they do."""
