"""What moderators are asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from bot.sdk import Choice, Form, Lines, Option, Scene, Upload, Upto

LONGEST = 4000
"""Characters of a form's text on every platform; what is longer is changed part by part."""


def fits(words: str) -> bool:
    """Whether a form holds these words, counted the strictest way: what it cuts off would be lost."""
    return len(words.encode("utf-16-le")) // 2 <= LONGEST


class Uploading(Form):
    """A new profile"""

    file: Upload


class Changing(Form):
    """Change this part"""

    words: Annotated[str, Upto(LONGEST), Lines(12)]

    @classmethod
    def begun(cls, scene: Scene, args: Mapping[str, Any]) -> Mapping[str, str]:
        """The part as it is."""
        words = scene.service.words_of(scene.person.space, str(args.get("part", "")))
        return {"words": words} if words is not None and fits(words) else {}


class Adding(Form):
    """Add to the profile"""

    words: Annotated[str, Upto(LONGEST), Lines(12)]


class Trying(Form):
    """Try the rules"""

    lines: Annotated[str, Upto(LONGEST), Lines(8)]


class Tongue(Choice):
    """A language that Hearth speaks."""

    EN = "en"
    DE = "de"


class FirstAnswers(Form):
    """Your community"""

    name: Annotated[str, Upto(100)]
    language: Tongue
    zone: Annotated[str, Upto(100)]
    country: Annotated[str, Upto(60)] = ""
    moderators_room: Annotated[str, Upto(100)] = ""


class Pack(Choice):
    """Rules that ship, to begin with."""

    NONE = "none"
    KIND_WORDS = "kind-words"
    NO_CONTACT_DETAILS = "no-contact-details"
    CALM_ROOM = "calm-room"
    STRICT_NEWCOMERS = "strict-newcomers"


class FirstGroup(Form):
    """Your first group"""

    name: Annotated[str, Upto(100)]
    room: Annotated[str, Upto(100)]
    pack: Pack = Pack.NONE

    @classmethod
    def offer(cls, scene: Scene) -> Mapping[str, Sequence[Option] | None]:
        """Rules are asked for where there is something to carry them out."""
        return {} if scene.service.has_rules() else {"pack": None}
