"""Hearth on Discord."""
