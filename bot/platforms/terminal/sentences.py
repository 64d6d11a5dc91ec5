"""What the terminal itself says, where no command is reached yet. In English: it is a tool for operators
and authors, and what members read comes from the texts of the cogs."""

from __future__ import annotations

NO_BUTTONS = "There is nothing to press yet."
NO_SUCH_BUTTON = "There is no such button or choice here. Its number stands before it."
NOT_YOURS = "That message is not for you to press."
A_LINK = "This one opens a page: {url}"
UNFOLD = "Show it to me"
GONE = "(a message was taken away)"
TIMED_OUT = "You can't write in rooms just now. Commands still work."
NO_FILE = "I can't read that file."
