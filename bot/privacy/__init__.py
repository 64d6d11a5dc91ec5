"""Keys, sealing, keyed hashes, and what never reaches a log."""
