"""What is wrong with a finished film: measured frame by frame and sample by sample, and judged."""
