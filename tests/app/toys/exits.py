"""A cog that ends the process while it is imported."""

raise SystemExit("on purpose")
