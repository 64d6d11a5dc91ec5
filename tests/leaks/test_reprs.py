"""The repr of everything that is alive while people are answered: what a debugger, a trace or a careless log
line would show."""

from __future__ import annotations

import dataclasses
import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.testing.chat import Chat

from . import canaries
from .conversation import COGS, PROFILE, check_in, identities


@pytest.fixture
def only_new() -> Iterator[None]:
    """What was there before is not looked at again and again."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


class Looks:
    """Goes through every living object of Hearth's own modules."""

    def __init__(self) -> None:
        self.shown: dict[str, set[str]] = {}

    def __call__(self) -> None:
        for one in gc.get_objects():
            kind = type(one)
            module = getattr(kind, "__module__", "") or ""
            if not isinstance(module, str) or not module.startswith(("bot.", "cogs.")):
                continue
            if module.startswith("bot.testing") or isinstance(one, type):
                continue
            if dataclasses.is_dataclass(one) or isinstance(one, BaseException) or hasattr(one, "__sealed__"):
                self.shown.setdefault(f"{module}.{kind.__qualname__}", set()).add(repr(one))


@pytest.mark.faces("terminal", "discord")
@pytest.mark.hearth(cogs=COGS, profile=PROFILE)
async def test_no_repr_tells_who_or_what(chat: Chat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = Looks()
    chat.app.catalogue.cogs["jinx"].service.looks.append(looks)
    for showing in (chat.app.pipeline.showing, chat.app.runner._showing):
        real = showing.view

        def view(*args: Any, real: Any = real, **named: Any) -> Any:
            shown = real(*args, **named)
            looks()
            return shown

        monkeypatch.setattr(showing, "view", view)
    one = chat.person(canaries.ONE)
    await check_in(one, chat, canaries.NOTE, shared=True)
    await one.says(chat.room(canaries.ROOM), f"/reminder at:{canaries.TIMES[0]} zone:{canaries.ZONE}")
    held = await chat.app.catalogue.cogs["checkins"].service.reminders("test")
    looks()
    assert held
    await one.says(chat.room(canaries.ROOM), "/history month")
    await one.says(chat.room(canaries.ROOM), f"/peek {canaries.CARELESS}")
    paper = tmp_path / canaries.PAPER
    paper.write_text(canaries.PAGE)
    for words in (canaries.DRAFTED, canaries.SHARED):
        await one.says(chat.room(canaries.ROOM), "/send")
        await one.answers(words)
        await one.sends(paper)
    await one.says(chat.room(canaries.ROOM), "/privacy export")
    await chat.clock.on(hours=30)
    looks()
    assert len(looks.shown) > 25, sorted(looks.shown)
    looks.shown.pop("bot.scheduling.due.DailyRule", None)  # a wall time alone, of nobody and nowhere
    wanted = [*canaries.WORDS, canaries.ZONE, "time(20, 30)", "12:00: heavy", *identities(chat)]
    wanted.remove(canaries.ROOM)  # the profile's own word, and the operator's
    found = {
        kind: names for kind, reprs in looks.shown.items()
        if (names := canaries.found_in("\n".join(reprs).encode(), wanted))
    }  # fmt: skip
    assert found == {}
