"""What holds for all tests.

    pytest tests                  Matrix takes every second conversation, so that a run stays short
    pytest tests --every-face     every conversation on every face it is marked for
    pytest tests --basetemp DIR   with the files of tests there, and not in memory

A conversation on Matrix needs seconds of a real Synapse. Which half a plain run takes depends on the name of
the test alone, so it is always the same one; nothing is left out that no other face takes.
"""

from __future__ import annotations

import os
import zlib

import pytest

from bot.testing.scratch import in_memory


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run take every conversation on every face."""
    parser.addoption("--every-face", action="store_true", help="every conversation on every face")


def pytest_configure() -> None:
    """Let the files of tests lie in memory, where there is room for them."""
    if (folder := in_memory()) is not None:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", folder)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave half of the conversations on Matrix to the other faces."""
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
