"""The grid that sound stands on: 48 kHz, 2,000 samples for every frame. Nothing heavy is loaded for it."""

RATE = 48_000
FRAME_SAMPLES = RATE // 24
AAC_FRAME = 1024
"""Samples of one AAC packet."""
