"""What the program costs in time and memory, measured: ``python -m benchmarks``."""
