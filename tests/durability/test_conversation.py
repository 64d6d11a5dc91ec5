"""A form asked question by question, killed after each step: the same line comes again after the restart, as
Matrix delivers it, and answers nothing twice.
"""

from __future__ import annotations

import datetime
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.app import App
from bot.config.operator import OperatorConfig, Space
from bot.sdk.people import Person, Place, PlaceKind
from bot.sdk.ports import Event, Sent, Typed
from bot.sdk.words import Shown, ShownForm
from bot.testing.clock import Clock

from .house import COGS, at, profile
from .still import Still

ANA = Person("letters", "ana", "circle")
ALONE = Place("letters", "ana's", "circle", PlaceKind.DIRECT, "")


class Cut(BaseException):
    """The process ends here."""


class Letters(Still):
    """A platform without forms, whose answers are read or cut off."""

    name = "letters"

    def __init__(self) -> None:
        self.said: list[str] = []
        self.cut = False
        """Whether the process ends when it would answer next."""

    async def post(self, place: Place, shown: Shown, mark: str) -> Sent:
        return Sent("")

    def place(self, name: str, space: str) -> None:
        return None

    # what a line is answered with

    async def show(self, shown: Shown) -> None:
        self._say(shown.text)

    async def open(self, form: ShownForm, at: int = 0) -> None:
        self._say(form.questions[at].label)

    async def defer(self, *, private: bool) -> None:
        pass

    async def progress(self, words: str) -> None:
        pass

    def _say(self, words: str) -> None:
        if self.cut:
            raise Cut
        self.said.append(words)


class Line:
    """Lines to a Hearth that may end in the middle of one."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        written = folder / "space.yaml"
        written.write_text(profile())
        space = Space(profile=written, terminal=True)
        self.config = OperatorConfig(home=folder / "home", cogs=COGS, spaces={"circle": space})
        self.clock = clock
        self.app: App | None = None
        self.letters = Letters()
        self._number = 0

    async def start(self) -> None:
        if self.app is not None:
            await self.app.close()
        self.letters = Letters()
        self.app = await App.open(
            self.config,
            platforms=[self.letters],
            clock=self.clock,
            environ={},
        )

    async def say(self, words: str, *, cut: bool) -> str:
        """What is answered. With `cut` the process ends before the answer is out, and the line is delivered
        again to the next one."""
        assert self.app is not None
        self._number += 1
        event = Event(f"$event{self._number}", ANA, ALONE, Typed(words))
        if cut:
            self.letters.cut = True
            with pytest.raises(Cut):
                await self.app.pipeline.handle(event, self.letters)
            await self.start()
            assert self.app is not None
        await self.app.pipeline.handle(event, self.letters)
        return self.letters.said[-1]

    async def kept(self) -> list[Any]:
        assert self.app is not None
        found = await self.app.export(ANA)
        return [(one["mood"], one["note"]) for part in found["checkins"] for one in part["check_ins"]]


@pytest.fixture
async def line(tmp_path: Path) -> AsyncIterator[Line]:
    line = Line(tmp_path, Clock(at("2026-11-20T18:00")))
    await line.start()
    yield line
    assert line.app is not None
    await line.app.close()


@pytest.mark.parametrize("step", [None, 0, 1, 2])
async def test_a_line_that_comes_again_after_a_kill_answers_nothing_twice(
    line: Line, step: int | None
) -> None:
    assert "right now" in await line.say("checkin", cut=step == 0)
    assert "words" in await line.say("4", cut=step == 1)
    last = await line.say("a quiet day", cut=step == 2)
    assert ("done already" if step == 2 else "Kept") in last
    assert await line.kept() == [("lighter", "a quiet day")]
    # It is over: what is said next is no answer any more.
    assert "few words" in await line.say("and so on", cut=False)
    assert len(await line.kept()) == 1


async def test_an_answer_given_twice_by_its_person_is_two_answers(line: Line) -> None:
    """The same words in another line are meant."""
    await line.say("checkin", cut=False)
    await line.say("4", cut=False)
    line.clock.set(line.clock() + datetime.timedelta(seconds=1))
    assert "Kept" in await line.say("4", cut=False)
    assert await line.kept() == [("lighter", "4")]
