"""How fast and how small Hearth is: `python -m benchmarks`, one table of ratios. See `__main__`."""
