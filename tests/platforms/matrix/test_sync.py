"""What comes in: once, in order, nothing of the past, nothing lost, whatever the server does."""

from __future__ import annotations

import asyncio
import datetime

import pytest

from bot.platforms.matrix.read import (
    Changed,
    Heard,
    Invited,
    Member,
    Missed,
    Reacted,
    Removed,
    Said,
    Withdrawn,
)
from bot.platforms.matrix.sync import FIRST_BACKOFF, SignedOut
from bot.testing.matrix_person import Person
from bot.testing.synapse import Login, Synapse, running
from bot.testing.synapse_proxy import Proxy

from .station import Station, Store, answers, settings, together

pytestmark = pytest.mark.synapse


# --- the past ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("encrypted", [False, True])
async def test_what_was_said_before_the_bot_came_is_not_answered(
    server: Synapse, bot_login: Login, store: Store, encrypted: bool
) -> None:
    """Trap 6: in rooms with visible history it arrives after the join, as if new."""
    async with (
        await Person.arrive(server) as ann,
        Station(settings(server.url, bot_login), store) as bot,
    ):
        room = await ann.create(encrypted=encrypted)
        await ann.say(room, "!echo past")
        await ann.say(room, "!crisis")
        await ann.invite(room, bot.user_id)
        await bot.join(room, ann.user_id)
        await ann.until_joined(room, bot.user_id)
        await ann.say(room, "!echo now")
        assert await answers(ann, room, bot, "now") == ["now"]
        assert bot.ear.said() == ["!echo now"]
        assert bot.ear.rescued == []


async def test_the_first_sync_ever_brings_nothing_to_answer(
    server: Synapse, bot_login: Login, store: Store
) -> None:
    async with await Person.arrive(server) as ann:
        room = await ann.create(bot_login.user_id, encrypted=False)
        server.call("POST", f"/_matrix/client/v3/join/{room}", {}, token=bot_login.access_token)
        await ann.say(room, "!echo history")
        async with Station(settings(server.url, bot_login), store) as bot:
            await ann.say(room, "!echo now")
            assert await answers(ann, room, bot, "now") == ["now"]


async def test_after_a_kick_and_a_second_invitation_the_time_between_is_past(
    server: Synapse, bot_login: Login, store: Store
) -> None:
    async with together(server.url, server, bot_login, store, encrypted=False) as (bot, ann, room):
        await ann.kick(room, bot.user_id)
        await bot.ear.wait(Removed)
        assert room not in bot.line.rooms
        await ann.say(room, "!echo meanwhile")
        await ann.invite(room, bot.user_id)
        await bot.join(room, ann.user_id)
        await ann.say(room, "!echo now")
        assert await answers(ann, room, bot, "now") == ["now"]


# --- restarts ---------------------------------------------------------------------------------------


async def test_what_was_said_while_away_is_answered_once_and_at_once_after_a_restart(
    server: Synapse, bot_login: Login, store: Store
) -> None:
    """Traps 4 and 5: nothing twice, nothing lost, and rooms are known before the first answer."""
    async with await Person.arrive(server) as ann:
        async with Station(settings(server.url, bot_login), store) as bot:
            room = await ann.direct(bot.user_id)
            await bot.join(room, ann.user_id)
            await ann.until_joined(room, bot.user_id)
            await ann.say(room, "!echo one")
            await answers(ann, room, bot, "one")
        assert not bot.line.client.keys.dirty
        await ann.say(room, "!echo two")
        for expected in (["!echo two"], []):
            async with Station(settings(server.url, bot_login), store) as bot:
                await answers(ann, room, bot, "one", "two")
                await ann.say(room, "done")
                await bot.ear.wait(Said, lambda e: e.line == "done")
                assert bot.ear.said() == [*expected, "done"]
        assert [e.body for e in ann.heard(room, by=bot.user_id)] == ["one", "two"]


async def test_an_event_whose_handling_was_cut_short_comes_again_and_no_other(
    server: Synapse, bot_login: Login, store: Store, sudden: None
) -> None:
    async with await Person.arrive(server) as ann:
        async with Station(settings(server.url, bot_login), store) as bot:
            stuck, echo = asyncio.Event(), bot.ear.echo

            async def handle(event: Heard) -> bool:
                if isinstance(event, Said) and event.line == "!echo slow":
                    await stuck.wait()
                return await echo(event)

            bot.ear.on = handle
            room = await ann.direct(bot.user_id)
            await bot.join(room, ann.user_id)
            other = await ann.direct(bot.user_id)
            await bot.join(other, ann.user_id)
            await ann.until_joined(room, bot.user_id)
            await ann.until_joined(other, bot.user_id)
            await ann.say(room, "!echo slow")
            await bot.ear.wait(Said, lambda e: e.line == "!echo slow")
            await ann.say(other, "!echo quick")
            await answers(ann, other, bot, "quick")
            # Ended hard: the position is still before both.
            bot._running.cancel()
        async with Station(settings(server.url, bot_login), store) as bot:
            await answers(ann, room, bot, "slow")
            await ann.say(other, "done")
            await bot.ear.wait(Said, lambda e: e.line == "done")
            assert bot.ear.said() == ["!echo slow", "done"]
        assert [e.body for e in ann.heard(other, by=bot.user_id)] == ["quick"]


async def test_a_handler_that_raises_loses_nothing_that_follows(
    server: Synapse, bot_login: Login, store: Store
) -> None:
    """nio's own loop had moved its token already: what followed was lost."""
    async with together(server.url, server, bot_login, store) as (bot, ann, room):
        echo = bot.ear.echo

        async def handle(event: Heard) -> bool:
            if isinstance(event, Said) and event.line == "!boom":
                raise RuntimeError("boom")
            return await echo(event)

        bot.ear.on = handle
        for words in ("!boom", "!echo one", "!boom", "!echo two"):
            await ann.say(room, words)
        assert await answers(ann, room, bot, "one", "two") == ["one", "two"]


async def test_a_slow_handler_makes_nobody_else_wait(server: Synapse, bot_login: Login, store: Store) -> None:
    async with (
        together(server.url, server, bot_login, store) as (bot, ann, room),
        await Person.arrive(server) as bea,
    ):
        never, echo = asyncio.Event(), bot.ear.echo

        async def handle(event: Heard) -> bool:
            if isinstance(event, Said) and event.line == "!slow":
                await never.wait()
            return await echo(event)

        bot.ear.on = handle
        await ann.invite(room, bea.user_id)
        await bea.join(room)
        await bot.knows(room, bea.user_id)
        await ann.say(room, "!slow")
        await bot.ear.wait(Said, lambda e: e.line == "!slow")
        await bea.say(room, "!echo me")
        await answers(bea, room, bot, "me")
        # The same person's next words wait for their turn, unless help is needed.
        await ann.say(room, "!echo later")
        await ann.say(room, "!crisis")
        await answers(ann, room, bot, "112")
        assert "later" not in [e.body for e in ann.heard(room, by=bot.user_id)]
        never.set()
        await answers(ann, room, bot, "later")


# --- gaps -------------------------------------------------------------------------------------------


async def test_a_long_silence_of_the_bot_leaves_no_gap(
    server: Synapse, bot_login: Login, store: Store
) -> None:
    """A room delivers only its last events after a pause; the others are fetched, oldest first."""
    async with await Person.arrive(server) as ann:
        async with Station(settings(server.url, bot_login), store) as bot:
            room = await ann.direct(bot.user_id)
            await bot.join(room, ann.user_id)
            await ann.until_joined(room, bot.user_id)
            await ann.say(room, "before")
            await bot.ear.wait(Said)
        said = [f"word {i}" for i in range(120)]
        for words in said:
            await ann.say(room, words)
        async with Station(settings(server.url, bot_login), store) as bot:
            await bot.ear.wait(Said, lambda e: e.line == said[-1])
            assert bot.ear.said() == said
            assert not [e for e in bot.ear.events if isinstance(e, Missed)]


async def test_what_is_older_than_an_hour_is_not_fetched_but_said_to_be_missing(
    server: Synapse, bot_login: Login, store: Store
) -> None:
    async with await Person.arrive(server) as ann:
        async with Station(settings(server.url, bot_login), store) as bot:
            room = await ann.direct(bot.user_id)
            await bot.join(room, ann.user_id)
            await ann.until_joined(room, bot.user_id)
        for i in range(60):
            await ann.say(room, f"word {i}")

        def later() -> datetime.datetime:
            return datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=2)

        async with Station(settings(server.url, bot_login), store, now=later) as bot:
            missed = await bot.ear.wait(Missed)
            await bot.ear.wait(Said, lambda e: e.line == "word 59")
            assert missed.room_id == room
            assert bot.ear.said() == [f"word {i}" for i in range(10, 60)]


async def test_joining_a_busy_room_looks_back_no_further_than_the_join(
    server: Synapse, bot_login: Login, store: Store
) -> None:
    async with await Person.arrive(server) as ann:
        async with Station(settings(server.url, bot_login), store):
            pass
        room = await ann.create(bot_login.user_id, encrypted=False)
        await ann.say(room, "!echo before")
        server.call("POST", f"/_matrix/client/v3/join/{room}", {}, token=bot_login.access_token)
        said = [f"word {i}" for i in range(70)]
        for words in said:
            await ann.say(room, words)
        async with Station(settings(server.url, bot_login), store) as bot:
            await bot.ear.wait(Said, lambda e: e.line == said[-1])
            assert bot.ear.said() == said
            assert not [e for e in bot.ear.events if isinstance(e, Missed)]


# --- a failing server --------------------------------------------------------------------------------


class Sleeps:
    """Notes every pause, and keeps it short."""

    def __init__(self) -> None:
        self.asked: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)
        await asyncio.sleep(0)


async def test_a_502_on_sync_is_backed_off_with_growing_pauses(
    server: Synapse, bot_login: Login, store: Store
) -> None:
    """Trap 8: nio's loop made 7,288 calls in three seconds."""
    sleeps = Sleeps()
    async with (
        Proxy(server.url) as proxy,
        together(proxy.url, server, bot_login, store, sleep=sleeps) as (bot, ann, room),
    ):
        del sleeps.asked[:]
        before = proxy.count("GET .*/sync")
        proxy.fail("GET .*/sync", times=6)
        await ann.say(room, "!echo still here")
        await answers(ann, room, bot, "still here")
        pauses = [s for s in sleeps.asked if s >= FIRST_BACKOFF / 2]
        assert len(pauses) == 6
        for i, pause in enumerate(pauses):
            assert FIRST_BACKOFF * 2**i / 2 <= pause <= FIRST_BACKOFF * 2**i
        assert proxy.count("GET .*/sync") - before <= 6 + 5


async def test_a_429_on_sync_is_obeyed_by_its_header(server: Synapse, bot_login: Login, store: Store) -> None:
    sleeps = Sleeps()
    async with (
        Proxy(server.url) as proxy,
        together(proxy.url, server, bot_login, store, sleep=sleeps) as (bot, ann, room),
    ):
        proxy.fail(
            "GET .*/sync",
            status=429,
            headers={"Retry-After": "17", "Content-Type": "application/json"},
            body=b'{"errcode":"M_LIMIT_EXCEEDED","error":"","retry_after_ms":90000}',
        )
        await ann.say(room, "!echo still here")
        await answers(ann, room, bot, "still here")
        assert 17.0 in sleeps.asked


async def test_cut_connections_and_a_restarted_server_are_waited_out(
    bot_login: Login, store: Store, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Trap 12."""

    async def soon(seconds: float) -> None:
        await asyncio.sleep(min(seconds, 0.2))

    with running(tmp_path_factory.mktemp("mortal")) as mortal:
        login = mortal.register("bot")
        async with (
            Proxy(mortal.url) as proxy,
            together(proxy.url, mortal, login, store, sleep=soon) as (bot, ann, room),
        ):
            proxy.cut("GET .*/sync", times=2)
            await ann.say(room, "!echo one")
            await answers(ann, room, bot, "one")
            await asyncio.to_thread(mortal.kill)
            await asyncio.to_thread(mortal.start)
            await ann.say(room, "!echo two")
            assert await answers(ann, room, bot, "two") == ["one", "two"]


async def test_a_void_token_ends_the_run_with_that_reason(
    server: Synapse, bot_login: Login, store: Store
) -> None:
    async with Station(settings(server.url, bot_login), store) as bot:
        server.call("POST", "/_matrix/client/v3/logout", {}, token=bot.line.client.access_token)
        assert bot._running is not None
        with pytest.raises(SignedOut):
            async with asyncio.timeout(40):
                await asyncio.shield(bot._running)


# --- kinds of events ---------------------------------------------------------------------------------


async def test_threads_replies_edits_reactions_and_redactions_arrive_as_what_they_are(
    server: Synapse, bot_login: Login, store: Store
) -> None:
    async with together(server.url, server, bot_login, store) as (bot, ann, room):
        first = await ann.say(room, "!echo once")
        await answers(ann, room, bot, "once")
        await ann.edit(room, first, "!echo twice")
        changed = await bot.ear.wait(Changed)
        assert (changed.target, changed.line) == (first, "!echo twice")
        await ann.reply(room, first, "2", quote="which one?")
        reply = await bot.ear.wait(Said, lambda e: e.reply_to == first)
        assert reply.line == "2"
        await ann.react(room, first, "1️⃣")
        assert (await bot.ear.wait(Reacted)).target == first
        await ann.in_thread(room, first, "!echo in here")
        answer = await ann.wait(lambda e: e.sender == bot.user_id and e.body == "in here")
        assert answer.content["m.relates_to"]["rel_type"] == "m.thread"
        assert answer.content["m.relates_to"]["event_id"] == first
        await ann.redact(room, first)
        assert (await bot.ear.wait(Withdrawn)).target == first
        assert [e.body for e in ann.heard(room, by=bot.user_id)] == ["once", "in here"]


async def test_a_notice_is_never_answered(server: Synapse, bot_login: Login, store: Store) -> None:
    async with together(server.url, server, bot_login, store) as (bot, ann, room):
        await ann.say(room, "!echo loop", msgtype="m.notice")
        await ann.say(room, "!echo words")
        assert await answers(ann, room, bot, "words") == ["words"]


async def test_a_request_to_compare_emoji_disturbs_nothing(
    server: Synapse, bot_login: Login, store: Store
) -> None:
    """Trap 3: nio does not know how to answer it; it must at least be no message and break nothing."""
    async with together(server.url, server, bot_login, store) as (bot, ann, room):
        await ann.send(
            room,
            {
                "msgtype": "m.key.verification.request",
                "body": "compare?",
                "from_device": ann.login.device_id,
                "methods": ["m.sas.v1"],
                "to": bot.user_id,
            },
        )
        asked = {
            "from_device": ann.login.device_id,
            "methods": ["m.sas.v1"],
            "transaction_id": "t1",
            "timestamp": 1,
        }
        messages = {"messages": {bot.user_id: {bot.line.client.device_id: asked}}}
        await ann.api("PUT", "/sendToDevice/m.key.verification.request/t1", messages)
        await ann.say(room, "!echo fine")
        assert await answers(ann, room, bot, "fine") == ["fine"]
        assert bot.ear.said() == ["!echo fine"]


async def test_invitations_are_handed_on_also_those_from_before_the_start(
    server: Synapse, bot_login: Login, store: Store
) -> None:
    async with await Person.arrive(server) as ann:
        async with Station(settings(server.url, bot_login), store) as bot:
            first = await ann.direct(bot.user_id)
            invited = await bot.ear.wait(Invited)
            assert (invited.room_id, invited.sender, invited.direct) == (first, ann.user_id, True)
        second = await ann.create(bot.user_id)
        # Neither was followed: both are looked at again, each once.
        async with Station(settings(server.url, bot_login), store) as bot:
            await bot.ear.wait(Invited, lambda e: e.room_id == second)
            await bot.ear.wait(Invited, lambda e: e.room_id == first)
            found = [e.room_id for e in bot.ear.events if isinstance(e, Invited)]
            assert sorted(found) == sorted([first, second])


async def test_somebody_joining_is_told(server: Synapse, bot_login: Login, store: Store) -> None:
    async with (
        together(server.url, server, bot_login, store) as (bot, ann, room),
        await Person.arrive(server) as bea,
    ):
        await ann.invite(room, bea.user_id)
        await bea.join(room)
        joined = await bot.ear.wait(Member, lambda e: e.membership == "join")
        assert (joined.room_id, joined.person) == (room, bea.user_id)
