"""Hearth on Matrix, encrypted rooms included. nio is loaded only once a name of this package is asked for."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .direct import InvitePolicy
    from .line import Settings
    from .platform import MatrixPlatform

_WHERE = {
    "InvitePolicy": "direct",
    "MatrixPlatform": "platform",
    "Settings": "line",
}

__all__ = ["InvitePolicy", "MatrixPlatform", "Settings"]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(name)
    return getattr(importlib.import_module(f"{__name__}.{_WHERE[name]}"), name)
