"""What holds for all tests.

    pytest tests                  Matrix takes every second conversation, so that a run stays short
    pytest tests --every-face     every conversation on every face it is marked for
    pytest tests --basetemp DIR   with the files of tests there, and not in memory

A conversation on Matrix needs seconds of a real Synapse. Which half a plain run takes depends on the name of
the test alone, so it is always the same one; nothing is left out that no other face takes.
"""

from __future__ import annotations

import gc
import os
import zlib

import hypothesis
import pytest

from bot.testing.scratch import in_memory

LONGEST = ("packaging", "durability", "operations", "cogs/sharing", "cogs/rules", "platforms", "cogs")
"""Folders whose files take longest: they begin first, so that nobody waits for one of them at the end."""
GARBAGE = 10_000, 10, 10
"""So seldom Python looks for cycles: as often as it does by itself it took a fifth of a conversation."""


# How long an example takes says how busy the machine is.
hypothesis.settings.register_profile("hearth", deadline=None)
hypothesis.settings.load_profile("hearth")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run take every conversation on every face."""
    parser.addoption("--every-face", action="store_true", help="every conversation on every face")


def pytest_configure(config: pytest.Config) -> None:
    """Let the files of tests lie in memory, where there is room for them, and processes that tests start find
    our modules compiled; with several workers, keep to the order given below."""
    if (folder := in_memory()) is not None:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", folder)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    config.option.loadscopereorder = False


def pytest_collection_finish() -> None:
    """Spare the collector what stays until the end."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with what takes long; leave half of the conversations on Matrix to the other faces."""
    items.sort(key=_turn)
    if config.getoption("--every-face"):
        return
    left = [item for item in items if _left_to_others(item)]
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if not _left_to_others(item)]


def _left_to_others(item: pytest.Item) -> bool:
    call = getattr(item, "callspec", None)
    if call is None or call.params.get("hearth_face") != "matrix":
        return False
    marker = item.get_closest_marker("faces")
    alone = marker is not None and set(marker.args) == {"matrix"}
    return not alone and zlib.crc32(item.name.encode()) % 2 == 0


def _turn(item: pytest.Item) -> int:
    began = (at for at, folder in enumerate(LONGEST) if item.nodeid.startswith(f"tests/{folder}/"))
    return next(began, len(LONGEST))
