"""A share broken off at every step, and five that wait at a crash: each comes out once, or is held."""

from __future__ import annotations

import datetime
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.config.operator import Limits, OperatorConfig, Space
from bot.sdk import Person
from bot.storage import connection
from bot.testing.clock import Clock
from bot.testing.discord_server import DiscordServer, point_discord_py_at
from cogs.sharing.here import of_group
from cogs.sharing.service import Sharing
from cogs.sharing.standing import Stand
from cogs.sharing.tables import Share
from cogs.sharing.writing import Receipt, Said, Where
from tests.durability.house import SHARING, House, at, locked, until

from .acts import rows

POST = "POST /channels/*/messages"
STEPS = ("accepted", "planned", "after the claim", "sent, answer lost", "answered, not recorded")


class SharingHouse(House):
    """The house, with a community that shares."""

    def write_profile(self, *prompts: str, zone: str = "Europe/London") -> None:
        (self.folder / "space.yaml").write_text(SHARING)

    @property
    def config(self) -> OperatorConfig:
        space = Space(profile=self.folder / "space.yaml", discord=str(self.guild.id))
        return OperatorConfig(
            home=self.folder / "home", cogs=("crisis", "sharing"), spaces={"circle": space},
            limits=Limits(commands_per_minute=600),
        )  # fmt: skip

    @property
    def sharing(self) -> Sharing:
        assert self.app is not None
        service = self.app.catalogue.cogs["sharing"].service
        assert isinstance(service, Sharing)
        return service

    @property
    def where(self) -> Where:
        assert self.app is not None
        group = self.app.spaces.get("circle").groups["evening"]
        settings = of_group(group)
        assert settings is not None
        return Where("#evening", "evening", "en", "Europe/London", settings)

    async def accepts(self, who: str, text: str) -> Receipt:
        """Somebody's share is accepted: its receipt was shown, and nothing is planned yet."""
        assert self.app is not None
        person = Person("discord", who, "circle", name=who)
        place = self.app.runner.room("#evening", self.app.spaces.get("circle"))
        assert place is not None
        now = self.clock()
        writing = self.sharing.writing
        seen = await writing.share(person, Said(text), self.where, place, "en", at=now)
        return await writing.send_share(person, seen.id, self.where, at=now, today=now.date())

    @property
    def shared(self) -> list[str]:
        """The texts of the shares that stand in the room."""
        return [one.text for one in self.posts if "Shared without a name" in one.text]


@pytest.fixture
def clock() -> Clock:
    return Clock(at("2026-11-20T18:00"), running=True)


@pytest.fixture
async def house(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SharingHouse]:
    monkeypatch.setattr(connection, "BUSY_SECONDS", 0.5)  # what is locked here stays so until the crash
    async with DiscordServer.running(clock=clock, rate_limits=False) as server:
        with point_discord_py_at(server):
            house = SharingHouse(server, tmp_path, clock)
            yield house
            server.faults.clear()
            await house.stop()
        assert [str(one) for one in server.violations] == []


async def broken_off(house: SharingHouse, step: str) -> Receipt:
    """Bring one share as far as that step, and break Hearth off there."""
    await house.start()
    receipt = await house.accepts("1001", "I did not get up today.")
    if step == "accepted":
        await house.crash()
        return receipt
    await house.again()  # planned anew from the row
    if step == "planned":
        await house.crash()
        return receipt
    if step == "after the claim":
        struck = house.server.fail_next(POST, hold=True, drop="before")
        house.set("2026-11-20T18:15")
        await struck.happened.wait()
    elif step == "sent, answer lost":
        house.server.fail_next(POST, drop="after")
        house.set("2026-11-20T18:15")
        await house.server.until(lambda: house.posts)
    else:
        struck = house.server.fail_next(POST, hold=True)
        house.set("2026-11-20T18:15")
        await struck.happened.wait()
        async with locked(house.path):
            struck.release()
            await house.server.until(
                lambda: house.server.stats.statuses["POST /channels/{channel_id}/messages", 200]
            )
            await house.crash()
        return receipt
    await house.crash()
    house.server.faults.clear()
    return receipt


async def all_out(house: SharingHouse, to: datetime.datetime) -> None:
    """Let time pass until whatever is planned has been tried."""
    for minutes in range(0, 16, 5):
        house.clock.set(to + datetime.timedelta(minutes=minutes))
        await house.tick()
    # The cog hears after the ledger, which notes that it did.
    await until(lambda: not house.rows("SELECT 1 FROM core_slot WHERE finished_at IS NULL"), 60)


async def states(house: SharingHouse) -> list[str]:
    return [Stand.read(share.stand).state.value for share in await rows(house.sharing, Share)]


@pytest.mark.parametrize("minutes", [1, 60])
@pytest.mark.parametrize("step", STEPS)
async def test_a_share_broken_off_at_every_step_comes_out_once(
    house: SharingHouse, step: str, minutes: int
) -> None:
    receipt = await broken_off(house, step)
    later = at("2026-11-20T18:15") + datetime.timedelta(minutes=minutes)
    house.clock.set(later)
    await house.start()
    await all_out(house, later)
    assert len(house.shared) == 1
    assert await states(house) == ["posted"]
    again = later + datetime.timedelta(hours=1)
    await house.stop()
    house.clock.set(again)
    await house.start()
    await all_out(house, again)
    assert len(house.shared) == 1, receipt.handle


async def test_what_cannot_be_found_out_is_held_and_never_posted_twice(house: SharingHouse) -> None:
    receipt = await broken_off(house, "sent, answer lost")
    house.server.remove_permission(house.evening, "read_message_history")
    later = at("2026-11-20T19:15")
    house.clock.set(later)
    await house.start()
    await all_out(house, later)
    assert len(house.shared) == 1
    panel = await house.sharing.receipts.open(Person("discord", "1002", "circle"), receipt.code, at=later)
    assert panel.state.value == "held"


async def test_five_that_wait_at_a_crash_come_out_once_each_at_moments_of_their_own(
    house: SharingHouse,
) -> None:
    await house.start()
    texts = [f"words of number {number}" for number in range(5)]
    for number, text in enumerate(texts):
        await house.accepts(f"200{number}", text)
    await house.crash()
    later = at("2026-11-20T19:30")
    house.clock.set(later)
    await house.start()
    dues = {due for (due,) in house.rows("SELECT due FROM core_due WHERE schedule = 'post'")}
    assert len(dues) > 1, "not all at once"
    await all_out(house, later)
    assert sorted(text for text in texts for one in house.shared if text in one) == texts


async def test_a_room_that_is_gone_is_told_to_the_author_who_can_send_it_again(house: SharingHouse) -> None:
    await house.start()
    receipt = await house.accepts("1001", "I did not get up today.")
    await house.again()
    house.server.delete_channel(house.evening)
    await all_out(house, at("2026-11-20T18:15"))
    assert await states(house) == ["failed"]
    assert house.shared == []
    now = house.clock()
    panel = await house.sharing.receipts.open(Person("discord", "1002", "circle"), receipt.code, at=now)
    assert panel.state.value == "failed"
