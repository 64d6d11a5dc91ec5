"""What an operator's log holds, at its most talkative, and what every library says below the net."""

from __future__ import annotations

import logging
import sys
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.privacy import redact
from bot.storage import connection
from bot.testing.chat import Chat

from . import canaries
from .conversation import COGS, PROFILE, check_in, database, identities, locked, rich


@pytest.fixture
def logged() -> Iterator[list[str]]:
    """Logging as `hearth run` sets it up with `level: debug`; what it wrote."""
    root, names = logging.getLogger(), list(logging.root.manager.loggerDict)
    before = (list(root.handlers), root.level, logging.raiseExceptions, sys.unraisablehook, sys.excepthook)
    levels = {name: logging.getLogger(name).level for name in names}
    hook = threading.excepthook
    written: list[str] = []
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        redact.set_up(written.append, readable=False, level=logging.DEBUG)
        yield written
        logging.captureWarnings(False)
    root.handlers[:], logging.raiseExceptions = before[0], before[2]
    sys.unraisablehook, sys.excepthook, threading.excepthook = before[3], before[4], hook
    root.setLevel(before[1])
    for name in logging.root.manager.loggerDict:
        logging.getLogger(name).setLevel(levels.get(name, logging.NOTSET))


def wanted_of(chat: Chat) -> list[str]:
    return [*canaries.WORDS, *identities(chat), canaries.ZONE]


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits five seconds for another program here."""
    monkeypatch.setattr(connection, "BUSY_SECONDS", 0.05)


@pytest.mark.faces("terminal", "discord")
@pytest.mark.hearth(cogs=COGS, profile=PROFILE)
async def test_a_log_names_nobody_and_repeats_nothing(
    logged: list[str], hasty: None, chat: Chat, tmp_path: Path
) -> None:
    await rich(chat, tmp_path / canaries.PAPER)
    one = chat.person(canaries.ONE)
    with locked(database(chat)):
        await check_in(one, chat, canaries.NOTE)
    text = "".join(logged)
    assert "RuntimeError" in text, "what failed is told"
    assert "Careless" in text
    assert "never retrieved" in text
    assert "StorageLocked" in text
    assert canaries.found_in(text.encode(), wanted_of(chat)) == []


@pytest.mark.faces("terminal", "discord")
@pytest.mark.hearth(cogs=COGS, profile=PROFILE)
async def test_not_even_libraries_say_it_below_the_net(
    chat: Chat, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Every record of every logger at DEBUG as it was made, before anything is cut out of it. What a careless
    cog or the interpreter itself says of its exceptions is the net's affair."""
    caplog.set_level(logging.DEBUG)
    for library in ("aiosqlite", "sqlalchemy"):  # another test of this process may have hushed them
        caplog.set_level(logging.DEBUG, logger=library)
    await rich(chat, tmp_path / canaries.PAPER)
    told = [one for one in caplog.records if one.name not in ("asyncio", "py.warnings", "cogs.jinx")]
    assert {"aiosqlite", "hearth.pipeline"} <= {one.name for one in told}
    text = "\n".join(f"{one.getMessage()} {one.args!r} {one.__dict__!r}" for one in told)
    assert canaries.found_in(text.encode(), wanted_of(chat)) == []


class Careless:
    """Fails where nobody can be handed the failure."""

    def __del__(self) -> None:
        raise RuntimeError(canaries.NOTE)


def test_what_python_itself_would_print_goes_through_the_net(
    logged: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    def fails() -> None:
        raise RuntimeError(canaries.NOTE)

    thread = threading.Thread(target=fails)
    thread.start()
    thread.join()
    Careless()
    assert sum("RuntimeError" in line for line in logged) == 2
    printed = capfd.readouterr()
    assert canaries.found_in(f"{logged}{printed}".encode(), canaries.WORDS) == []
