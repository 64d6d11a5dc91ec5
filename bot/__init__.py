"""Hearth: peer-support groups inside the chat servers people already use."""
