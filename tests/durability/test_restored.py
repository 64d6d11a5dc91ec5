"""A backup from last week put back: nothing of the past is posted, and who left stays forgotten."""

from __future__ import annotations

import datetime
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.cli import keeping
from bot.testing.chat import Chat
from bot.testing.clock import Clock
from bot.testing.discord_server import DiscordServer
from tests.cogs.sharing.scene import COGS, PROFILE, gather, sends, writes

from .house import House, at
from .news import until

PROMPT = 'id: evening, at: "19:00", grace: 1d'


@pytest.fixture
async def house(server: DiscordServer, tmp_path: Path, clock: Clock) -> AsyncIterator[House]:
    house = House(server, tmp_path, clock, PROMPT)
    yield house
    await house.stop()


async def test_last_weeks_backup(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Made while Hearth ran, restored by the command an operator types, on a machine with today's clock."""
    monkeypatch.setattr(keeping, "utc_now", house.clock)
    await house.start()
    await house.check_in(house.ana, "last week, ana")
    await house.check_in(house.ben, "last week, ben")
    file = house.folder / "backup.sqlite3"
    assert await keeping.back_up(house.config, file) == 0
    for day in range(20, 27):
        house.set(f"2026-11-{day}T19:00")
        await house.settled()
    await house.check_in(house.ana, "this week, ana")
    asked = await house.ben.slash(house.guild, "privacy", what="erase")
    await asked.answered()
    erased = await house.ben.press(asked.message, asked.message.labels[0])
    await erased.answered(15)
    house.set("2026-11-27T18:59")
    posted = list(house.posted)
    assert len(posted) == 7
    await house.stop()

    # Restored after the hour of today's prompt, whose grace would still allow it.
    house.clock.set(at("2026-11-27T19:20"))
    assert await keeping.bring_back(house.config, file) == 0
    await house.start()
    await house.settled()
    assert house.posted == posted
    assert await house.notes(house.ana) == ["last week, ana"]
    assert await house.notes(house.ben) == []
    for day in (28, 29):
        house.set(f"2026-11-{day}T19:00")
        await house.settled()
    assert house.posted == [*posted, "2026-11-28T19:00", "2026-11-29T19:00"]
    assert house.entries == 1


async def test_a_backup_taken_between_claim_and_post(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was on its way when the copy was made counts as unknown: it is not sent again."""
    monkeypatch.setattr(keeping, "utc_now", house.clock)
    await house.start()
    held = house.server.fail_next("POST /channels/*/messages", hold=True)
    house.set("2026-11-20T19:00")
    await held.happened.wait()
    file = house.folder / "backup.sqlite3"
    assert await keeping.back_up(house.config, file) == 0
    held.release()
    await until(lambda: house.results == ["sent"])
    await house.stop()
    house.clock.set(at("2026-11-20T19:00") + datetime.timedelta(minutes=10))
    assert await keeping.bring_back(house.config, file) == 0
    await house.start()
    await house.settled()
    assert house.results == ["unknown"]
    assert len(house.posts) == 1
    house.set("2026-11-21T19:00")
    await house.settled()
    assert len(house.posts) == 2


@pytest.mark.hearth(cogs=COGS, profile=PROFILE)
async def test_a_share_that_waited_when_the_backup_was_made_comes_out_once(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What waits without a name is in no backup: restored, it is not there to come out again."""
    monkeypatch.setattr(keeping, "utc_now", lambda: chat.clock.now)
    ada, ring = chat.person("ada"), await gather(chat, "ada")
    await writes(ada, ring, "I did not get up today.")
    await sends(ada)
    file = chat.folder / "backup.sqlite3"
    assert await keeping.back_up(chat.config, file) == 0
    await chat.clock.on(minutes=11)
    assert len(ring.seen) == 1
    await chat.close()
    assert await keeping.bring_back(chat.config, file) == 0
    await chat.restart()
    await chat.clock.on(hours=3)
    assert len(ring.seen) == 1
