"""What can be refused, each with a text key instead of a sentence."""

from __future__ import annotations


class Refused(Exception):
    """A wish that cannot be met, told to its person by a text of the cog (or of the core).

    `key` names the text and `args` fill it; `field` names the form field or option it concerns.
    Neither ever carries what a member wrote.
    """

    def __init__(self, key: str, /, *, field: str | None = None, **args: object) -> None:
        super().__init__(key)
        self.key = key
        self.field = field
        self.args_for_text = args


class NotAllowed(Refused):
    """The person's level does not reach this command."""


class TooMany(Refused):
    """Asked too often; `seconds` says how long to wait."""


class NotPrivate(Refused):
    """The platform cannot keep this answer private here, so nothing is said."""


class Declaration(Exception):
    """A cog is written in a way no platform could show: found at import, told to its author."""


class CannotDo(Exception):
    """A capability that this platform does not have was asked for."""
