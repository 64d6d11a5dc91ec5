"""What people are asked in forms. Anonymous words come in here and in no other way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from bot.sdk import Choice, Form, Lines, Option, Plain, Refused, Scene, Upload, Upto

from .here import shares
from .said import Said, Wants
from .settings import SharingSettings

LONGEST = 3000
_LONGEST_REPLY = 2000


class Theme(Choice):
    """What to know before reading: from Hearth's list, or from the community's own in the same places."""

    NONE = "none"
    T1 = "t1"
    T2 = "t2"
    T3 = "t3"
    T4 = "t4"
    T5 = "t5"
    T6 = "t6"
    T7 = "t7"
    T8 = "t8"
    T9 = "t9"
    T10 = "t10"


def themes(settings: Any) -> list[tuple[Theme, str]]:
    """The themes of a community with their own words; no words where they are Hearth's."""
    own = settings.warnings if isinstance(settings, SharingSettings) else ()
    numbered = [theme for theme in Theme if theme is not Theme.NONE]
    return list(zip(numbered, own, strict=False)) if own else [(theme, "") for theme in numbered]


class Telling(Form):
    """Share anonymously"""

    text: Annotated[str, Upto(LONGEST), Lines(12)]
    wants: Wants = Wants.LISTEN
    theme: Theme = Theme.NONE
    warning: Annotated[str, Upto(80)] = ""
    picture: Upload | None = None

    @classmethod
    def offer(cls, scene: Scene) -> Mapping[str, Sequence[Option] | None]:
        """The community's own list of warnings; no question about a picture where none is taken."""
        settings = scene.group if isinstance(scene.group, SharingSettings) else scene.settings
        offered: dict[str, Sequence[Option] | None] = {}
        if isinstance(settings, SharingSettings) and settings.warnings:
            none = Option(Theme.NONE.value, "choice-theme-none")
            offered["theme"] = [
                none, *(Option(theme.value, Plain(words)) for theme, words in themes(settings))
            ]  # fmt: skip
        if not isinstance(settings, SharingSettings) or not settings.pictures:
            offered["picture"] = None
        return offered

    @classmethod
    def begun(cls, scene: Scene, args: Mapping[str, Any]) -> Mapping[str, str]:
        """What is being changed. Raises `Refused("sharing-off")` where nothing can be shared at all."""
        found = _being_changed(scene, args)
        if found is None:
            if not shares(scene.space):
                raise Refused("sharing-off")
            return {}
        filled = {"text": found.text, "wants": found.wants.value, "theme": found.theme or Theme.NONE.value}
        return filled | ({"warning": found.warning} if found.warning else {})


class Answering(Form):
    """Reply anonymously"""

    text: Annotated[str, Upto(_LONGEST_REPLY), Lines(8)]

    @classmethod
    def begun(cls, scene: Scene, args: Mapping[str, Any]) -> Mapping[str, str]:
        """What is being changed."""
        return _words_changed(scene, args)


class Rewording(Form):
    """Change your reply"""

    text: Annotated[str, Upto(_LONGEST_REPLY), Lines(8)]


class Openly(Form):
    """Reply under your name"""

    text: Annotated[str, Upto(_LONGEST_REPLY), Lines(8)]

    @classmethod
    def begun(cls, scene: Scene, args: Mapping[str, Any]) -> Mapping[str, str]:
        """What is being changed."""
        return _words_changed(scene, args)


class Code(Form):
    """Your receipt"""

    code: Annotated[str, Upto(40)]


class Adding(Form):
    """Add to what you shared"""

    text: Annotated[str, Upto(_LONGEST_REPLY), Lines(8)]


class Asking(Form):
    """Ask for a change"""

    text: Annotated[str, Upto(500), Lines(4)]


class Appealing(Form):
    """Ask moderators to look again"""

    text: Annotated[str, Upto(1000), Lines(6)]


class Deciding(Form):
    """Answer an appeal"""

    text: Annotated[str, Upto(500), Lines(4)]


def _being_changed(scene: Scene, args: Mapping[str, Any]) -> Said | None:
    pending = str(args.get("pending", ""))
    found: Said | None = scene.service.writing.being_changed(pending) if pending and scene.service else None
    return found


def _words_changed(scene: Scene, args: Mapping[str, Any]) -> Mapping[str, str]:
    found = _being_changed(scene, args)
    return {} if found is None else {"text": found.text}
