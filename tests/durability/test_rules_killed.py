"""kill -9 between what a rule decided and what is done about it: each act and each note reach once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from bot.testing.discord_server import DiscordServer, Person
from bot.testing.discord_server.traffic import Fault

from .process import Process

PROFILE = """\
name: Evening circle
zone: Europe/London
country: GB
moderators_room: "#moderators"
roles: {moderator: [Keeper]}
groups: {evening: {name: Evening, room: "#evening"}}
rules:
  list:
    - {id: calls, say: Please keep numbers out of the room., when: phone, then: [nudge, hold, time out: 3h]}
"""
DELETE = "DELETE /channels/{channel_id}/messages/{message_id}"
TIME_OUT = "PATCH /guilds/{guild_id}/members/{user_id}"


class House:
    """A server where Hearth may read what people write, and a Hearth that may be killed."""

    def __init__(self, server: DiscordServer, folder: Path) -> None:
        self.server = server
        server.privileged_intents = frozenset({"message_content"})
        self.ann, self.ben, self.kit = (server.add_user(name, "en-GB") for name in ("ann", "ben", "kit"))
        self.guild = server.add_guild(
            "Harbour", ["evening", "moderators"], {"Keeper": []},
            [self.ann, self.ben, (self.kit, ["Keeper"])],
            bot_permissions=["manage_messages", "moderate_members"],
        )  # fmt: skip
        self.evening, self.moderators = self.guild.channel("evening"), self.guild.channel("moderators")
        self.process = Process(server, self.guild, folder, PROFILE, {}, cogs="[crisis, rules]")
        config = self.process.config.read_text().replace("token_env:", "message_content: true, token_env:")
        self.process.config.write_text(config)

    async def start(self) -> None:
        await self.process.start()
        await self.process.usable()

    async def killed_at(self, fault: Fault, *, done: bool) -> None:
        """Hearth ends while it waits for an answer; `done`: Discord had done it. Then it comes back."""
        await asyncio.wait_for(fault.happened.wait(), 20)
        await self.process.kill()
        if done:
            fault.release()
        await self.start()

    async def until(self, true: Callable[[], object]) -> None:
        await self.server.until(true, 20)

    def told(self, person: Person) -> int:
        """How often somebody heard what became of their message."""
        return len([one for one in person.direct_messages if "is held back until" in one.text])

    def asked(self, number: int) -> int:
        """How often moderators were asked to look at a case."""
        shown = f"Something waits for a moderator: number {number}."
        return len([one for one in self.server.messages(self.moderators) if shown in one.text])

    def is_out(self, person: Person) -> bool:
        return self.guild.members[person.id].timed_out is not None

    def done(self, what: str) -> int:
        return sum(
            n for (route, status), n in self.server.stats.statuses.items() if route == what and status < 300
        )


async def test_what_a_rule_decided_is_done_once_and_told_once(tmp_path: Path) -> None:
    async with DiscordServer.running(rate_limits=False) as server:
        house = House(server, tmp_path)
        await house.start()
        lost = server.fail_next("DELETE /channels/*", hold=True)
        first = house.ann.say(house.evening, "call me on 07700 900123")
        await house.killed_at(lost, done=False)
        assert first is not None
        await house.until(lambda: first.deleted and house.is_out(house.ann))
        await house.until(lambda: house.told(house.ann) and house.asked(1))

        unheard = server.fail_next("PATCH /guilds/*", hold=True)
        second = house.ben.say(house.evening, "or me on 07700 900124")
        await house.killed_at(unheard, done=True)
        assert second is not None
        await house.until(lambda: second.deleted and house.is_out(house.ben))
        await house.until(lambda: house.told(house.ben) and house.asked(2))

        house.kit.say(house.kit.direct, "moderation record")
        await house.until(lambda: any("2 cases" in one.text for one in house.kit.direct_messages))
        assert await house.process.stop() == 0
        assert (house.told(house.ann), house.told(house.ben)) == (1, 1)
        assert (house.asked(1), house.asked(2)) == (1, 1)
        assert (house.done(DELETE), house.done(TIME_OUT)) == (2, 3)
        assert [str(one) for one in server.violations] == []
