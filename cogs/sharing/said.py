"""What somebody says, and where it is to go."""

from __future__ import annotations

import dataclasses
from typing import Any

from bot.sdk import Choice

from .settings import SharingSettings


class Wants(Choice):
    """What would help."""

    LISTEN = "listen"
    BEEN_THERE = "been-there"
    IDEAS = "ideas"


@dataclasses.dataclass(frozen=True, slots=True)
class Said:
    """What somebody wrote. `theme` is the value of a theme, `label` what the community calls it (empty: what
    Hearth does), `warning` the writer's own words."""

    text: str = dataclasses.field(repr=False)
    wants: Wants = Wants.LISTEN
    theme: str = dataclasses.field(default="", repr=False)
    label: str = dataclasses.field(default="", repr=False)
    warning: str = dataclasses.field(default="", repr=False)

    @classmethod
    def read(cls, words: dict[str, Any]) -> Said:
        """From what a row holds."""
        return cls(words["text"], Wants(words["wants"]), words["theme"], words["label"], words["warning"])

    def kept(self) -> dict[str, Any]:
        """As a row holds it."""
        kept = {"text": self.text, "wants": self.wants.value, "theme": self.theme}
        return kept | {"label": self.label, "warning": self.warning}


@dataclasses.dataclass(frozen=True, slots=True)
class Where:
    """Where it goes: the profile's name of the room, the group's id, its language and zone, and what is set
    up there."""

    room: str
    group: str
    language: str
    zone: str
    settings: SharingSettings
