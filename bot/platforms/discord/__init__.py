"""Hearth on Discord. Importing this package loads discord.py only once a name of it is asked for."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .limits import check_form
    from .platform import DiscordPlatform
    from .registering import check as check_commands

_WHERE = {
    "DiscordPlatform": ("platform", "DiscordPlatform"),
    "check_commands": ("registering", "check"),
    "check_form": ("limits", "check_form"),
}

__all__ = ["DiscordPlatform", "check_commands", "check_form"]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(name)
    module, inner = _WHERE[name]
    return getattr(importlib.import_module(f"{__name__}.{module}"), inner)
