"""An appeal and its address, when a backup from before is put back."""

from __future__ import annotations

import pytest

from bot.cli import keeping
from bot.testing.chat import Chat

from .scene import COGS, PROFILE, code_in, opens, post, shares, words

pytestmark = pytest.mark.hearth(cogs=COGS, profile=PROFILE)


@pytest.mark.parametrize("minutes", [0, 11], ids=["waits", "is before moderators"])
async def test_an_appeal_from_a_backup_does_not_come_again(
    chat: Chat, monkeypatch: pytest.MonkeyPatch, minutes: int
) -> None:
    monkeypatch.setattr(keeping, "utc_now", lambda: chat.clock.now)
    receipt = await shares(chat, chat.person("ada"))
    ada, mod, ring, desk = chat.person("ada"), chat.person("mod"), chat.room("ring"), chat.room("desk")
    await mod.joins(ring)
    await mod.chooses(ring, "moderate-this", on=post(ring))
    await mod.presses("Cover it")
    await chat.clock.on(minutes=1)
    await opens(ada, ring, code_in(receipt))
    await ada.presses("Ask moderators to look again")
    await ada.answers("It was about me.")
    await chat.clock.on(minutes=minutes)
    file = chat.folder / "backup.sqlite3"
    assert await keeping.back_up(chat.config, file) == 0
    await chat.clock.on(minutes=11)
    (appeal,) = [one for one in desk.standing if "It was about me." in words(one)]
    await chat.close()
    assert await keeping.bring_back(chat.config, file) == 0
    await chat.restart()
    await chat.clock.on(hours=3)
    assert len([one for one in desk.standing if "It was about me." in words(one)]) == 1
    before = len(ada.private)
    await mod.presses("Answer", on=appeal)
    await mod.answers("We looked again.")
    assert mod.sees_privately("That is decided already.")
    await chat.clock.on(hours=3)
    assert len(ada.private) == before, "nothing leads there any more"
