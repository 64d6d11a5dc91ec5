"""Hearth in a terminal: one window with several people and rooms, or a script of the same lines."""

from __future__ import annotations

from .face import TerminalPlatform
from .read import Line, SetsClock, Unreadable, read_line
from .write import Seen, SeenButton, SeenField, SeenFile, SeenForm

__all__ = [
    "Line", "Seen", "SeenButton", "SeenField", "SeenFile", "SeenForm", "SetsClock", "TerminalPlatform",
    "Unreadable", "read_line",
]  # fmt: skip
