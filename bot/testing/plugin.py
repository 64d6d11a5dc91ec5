"""A pytest plug-in: the fixture `chat`, a conversation on a real database.

It is there wherever Hearth is installed, and loads nothing of it until a test asks for `chat`. By default
the conversation takes place in the terminal, with the cogs that ship; two markers say otherwise:

    @pytest.mark.hearth(cogs=["garden"], profile="name: Ours\\nzone: UTC\\n")
    @pytest.mark.faces("terminal", "discord")

`hearth` takes what `bot.testing.chat.Chat.open` takes. Each of several faces is a run of its own.
"""

from __future__ import annotations

import importlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .chat import Chat

try:
    from pytest_asyncio import fixture as _async_fixture
except ImportError:  # then a test that wants `chat` is told so by pytest; all others are left in peace
    _async_fixture = pytest.fixture  # type: ignore[assignment]  # the same for our use

FACES = {
    "terminal": "bot.testing.chat:open_terminal",
    "discord": "bot.testing.discord_face:open_discord",
    "matrix": "bot.testing.matrix_face:open_matrix",
}
"""Where each face's `Opens` is found. A test kit adds its own with `add_face`."""


def add_face(name: str, where: str) -> None:
    """Let `@pytest.mark.faces(name)` run conversations on `where`, `package.module:function`, an `Opens`."""
    FACES[name] = where


def pytest_configure(config: pytest.Config) -> None:
    """Make the markers known."""
    config.addinivalue_line("markers", "hearth(**options): how `chat` is opened, as for Chat.open")
    config.addinivalue_line("markers", "faces(*names): on which faces a conversation takes place")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a conversation once on every face it is marked for."""
    if "hearth_face" in metafunc.fixturenames:
        marker = metafunc.definition.get_closest_marker("faces")
        names = marker.args if marker is not None else ("terminal",)
        metafunc.parametrize("hearth_face", names)


@_async_fixture
async def chat(request: pytest.FixtureRequest, tmp_path: Path, hearth_face: str) -> AsyncIterator[Chat]:
    """A conversation on a temporary database, closed at the end."""
    from .chat import Chat

    where = FACES.get(hearth_face)
    if where is None:
        pytest.fail(
            f"there is no face called {hearth_face!r} here; there are {', '.join(FACES)}", pytrace=False
        )
    module, _, function = where.partition(":")
    opens = getattr(importlib.import_module(module), function)
    marker = request.node.get_closest_marker("hearth")
    options: dict[str, Any] = dict(marker.kwargs) if marker is not None else {}
    async with await Chat.open(tmp_path / "hearth", opens=opens, **options) as conversation:
        yield conversation
