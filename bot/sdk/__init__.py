"""All that a cog may import. Names are found when first used, so that importing one neutral module
(`bot.sdk.words`, say) loads nothing else; everything not named here is private."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .commands import Cog, Command, Kept, Profile, Quality, Scene, Suggest
    from .context import Cause, Context, Planning, Slot, Supplies, aside
    from .errors import CannotDo, NotAllowed, NotPrivate, Refused, TooMany
    from .people import Level, Person, Place, PlaceKind
    from .ports import Attached, Filter, Filters, Unfit, Wrote
    from .schedules import Cron, Daily, Once, Planned
    from .spaces import Group, Space
    from .tables import (
        ACCOUNT_LENGTH,
        Row,
        Sealed,
        Store,
        UtcTime,
        account_parts,
        account_text,
        person_hash,
        sealed,
    )
    from .words import (
        Button,
        Choice,
        Edit,
        Fate,
        Field,
        File,
        Form,
        Lines,
        Message,
        Option,
        Pages,
        Picture,
        Plain,
        Post,
        Progress,
        Remove,
        Says,
        Style,
        Table,
        Text,
        TimeOut,
        Upload,
        Upto,
        View,
        label,
        text,
    )  # fmt: skip

_HOMES = {
    "commands": ("Cog", "Command", "Kept", "Profile", "Quality", "Scene", "Suggest"),
    "context": ("Cause", "Context", "Planning", "Slot", "Supplies", "aside"),
    "errors": ("CannotDo", "NotAllowed", "NotPrivate", "Refused", "TooMany"),
    "people": ("Level", "Person", "Place", "PlaceKind"),
    "schedules": ("Cron", "Daily", "Once", "Planned"),
    "spaces": ("Group", "Space"),
    "tables": (
        "ACCOUNT_LENGTH", "Row", "Sealed", "Store", "UtcTime", "account_parts", "account_text", "person_hash",
        "sealed",
    ),
    "ports": ("Attached", "Filter", "Filters", "Unfit", "Wrote"),
    "words": (
        "Button", "Choice", "Edit", "Fate", "Field", "File", "Form", "Lines", "Message", "Option", "Pages",
        "Picture", "Plain", "Post", "Progress", "Remove", "Says", "Style", "Table", "Text", "TimeOut",
        "Upload", "Upto", "View", "label", "text",
    ),
}  # fmt: skip
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "ACCOUNT_LENGTH", "Attached", "Button", "CannotDo", "Cause", "Choice", "Cog", "Command", "Context",
    "Cron", "Daily", "Edit", "Fate", "Field", "File", "Filter", "Filters", "Form", "Group", "Kept",
    "Level", "Lines", "Message", "NotAllowed", "NotPrivate", "Once", "Option", "Pages", "Person",
    "Picture", "Place", "PlaceKind", "Plain", "Planned", "Planning", "Post", "Profile", "Progress",
    "Quality", "Refused", "Remove", "Row", "Says", "Scene", "Sealed", "Slot", "Space", "Store", "Style",
    "Suggest", "Supplies", "Table", "Text", "TimeOut", "TooMany", "Unfit", "Upload", "Upto", "UtcTime",
    "View", "Wrote", "account_parts", "account_text", "aside", "label", "person_hash", "sealed", "text",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"bot.sdk has no {name!r}; what a cog may use is in bot.sdk.__all__")
    value = getattr(importlib.import_module(f".{home}", __name__), name)
    globals()[name] = value
    return value
