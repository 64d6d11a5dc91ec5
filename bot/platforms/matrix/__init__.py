"""Hearth on Matrix, encrypted rooms included."""
