"""Models, limits, prices and retirement dates as dated data."""
