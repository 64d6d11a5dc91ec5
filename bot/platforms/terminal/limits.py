"""Numbers of the terminal. All are our own: a terminal has none, a person reading one has."""

from __future__ import annotations

LONGEST_LINE = 10_000
"""Characters in one line of a script or of the window: above any answer that Hearth takes."""

LONGEST_NAME = 32
"""Characters in the name of a person or a room."""

ROW_WIDTH = 76
"""Columns up to which buttons share a row."""

MARKS_REMEMBERED = 10_000
"""Posts that are recognised when they are handed in a second time."""

MESSAGES_REMEMBERED = 200
"""Messages in a room that a command can be about."""
