"""A cog that breaks while it is imported."""

raise RuntimeError("this cog is broken on purpose")
