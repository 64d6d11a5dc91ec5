"""Moderators' rules: what may be written, and what happens kindly when it is."""
