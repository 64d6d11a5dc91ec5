"""What goes out: once, paced, in the right form, readable by the right people."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from bot.platforms.matrix.purse import Urgency
from bot.platforms.matrix.read import Said
from bot.platforms.matrix.send import Later, Message, Refused, Sent, Unknown, content_of, transaction
from bot.testing.matrix_person import Person
from bot.testing.synapse import Login, Synapse
from bot.testing.synapse_proxy import Proxy

from .station import Station, Store, answers, settings, together

SEND = "PUT .*/send/m.room.(message|encrypted)/"
synapse = pytest.mark.synapse


def test_an_answer_is_a_notice_and_a_prompt_is_not_and_both_say_whom_they_mean() -> None:
    answer = content_of(Message("yes", html="<b>yes</b>", mentions=("@ann:x",), answers="$1"))
    assert answer["msgtype"] == "m.notice"
    assert answer["m.mentions"] == {"user_ids": ["@ann:x"]}
    assert answer["m.relates_to"] == {"m.in_reply_to": {"event_id": "$1"}}
    assert answer["formatted_body"] == "<b>yes</b>"
    prompt = content_of(Message("how are you?", notice=False))
    assert prompt == {
        "msgtype": "m.text",
        "body": "how are you?",
        "m.mentions": {},
        "m.url_previews": [],
        "com.beeper.linkpreviews": [],
    }


def test_an_answer_in_a_thread_stays_there() -> None:
    assert content_of(Message("yes", thread="$root", answers="$1"))["m.relates_to"] == {
        "rel_type": "m.thread",
        "event_id": "$root",
        "is_falling_back": True,
        "m.in_reply_to": {"event_id": "$1"},
    }


def test_an_edit_carries_the_new_words_twice() -> None:
    edit = content_of(Message("new", replaces="$1"))
    assert edit["m.new_content"]["body"] == "new"
    assert edit["body"] == "* new"
    assert edit["m.relates_to"] == {"rel_type": "m.replace", "event_id": "$1"}


def test_the_same_cause_is_the_same_transaction() -> None:
    assert transaction("$1") == transaction("$1") != transaction("$2")
    assert "$1" not in transaction("$1")


@synapse
@pytest.mark.parametrize("encrypted", [False, True])
async def test_a_502_on_a_message_is_repeated_with_the_same_transaction(
    server: Synapse, bot_login: Login, store: Store, encrypted: bool
) -> None:
    """Trap 7: nio gives up and the message is lost."""
    async with (
        Proxy(server.url) as proxy,
        together(proxy.url, server, bot_login, store, encrypted=encrypted) as (bot, ann, room),
    ):
        proxy.fail(SEND, times=2)
        await ann.say(room, "!echo hello")
        assert await answers(ann, room, bot, "hello") == ["hello"]
        paths = {r.path for r in proxy.requests if "/send/" in r.path}
        assert len(paths) == 1
        assert proxy.count(SEND) == 3


@synapse
@pytest.mark.parametrize("encrypted", [False, True])
async def test_a_lost_answer_does_not_make_a_second_message(
    server: Synapse, bot_login: Login, store: Store, encrypted: bool
) -> None:
    async with (
        Proxy(server.url) as proxy,
        together(proxy.url, server, bot_login, store, encrypted=encrypted) as (bot, ann, room),
    ):
        proxy.lose_answer(SEND)
        await ann.say(room, "!echo hello")
        await answers(ann, room, bot, "hello")
        await ann.say(room, "!echo end")
        assert await answers(ann, room, bot, "end") == ["hello", "end"]
        assert proxy.count(SEND) == 3


@synapse
async def test_the_same_cause_after_a_restart_is_the_same_event(
    server: Synapse, bot_login: Login, store: Store
) -> None:
    async with together(server.url, server, bot_login, store) as (bot, ann, room):
        first = await bot.line.speaker.say(room, Message("prompt"), cause="slot 7", urgency=Urgency.SCHEDULED)
        async with Station(settings(server.url, bot_login), store) as again:
            second = await again.line.speaker.say(
                room, Message("prompt"), cause="slot 7", urgency=Urgency.SCHEDULED
            )
        assert isinstance(first, Sent)
        assert second == first
        assert await answers(ann, room, bot, "prompt") == ["prompt"]


@synapse
async def test_a_server_that_stays_broken_leaves_it_unknown_and_a_refusal_is_final(
    server: Synapse, bot_login: Login, store: Store
) -> None:
    async with (
        Proxy(server.url) as proxy,
        await Person.arrive(server) as ann,
        Station(settings(proxy.url, bot_login, patience=0.0), store) as bot,
    ):
        room = await ann.create(bot.user_id, encrypted=False)
        await bot.join(room, ann.user_id)

        async def say() -> object:
            return await bot.line.speaker.say(room, Message("hello"), cause="1", urgency=Urgency.PERSON)

        proxy.fail(SEND, status=500)
        assert await say() == Unknown()
        # aiohttp itself tries a cut connection once more.
        proxy.cut(SEND, times=2)
        assert await say() == Unknown()
        proxy.fail(SEND, status=429, headers={"Retry-After": "1"})
        assert await say() == Later(1.0)
        huge = Message("x" * 70_000)
        done = await bot.line.speaker.say(room, huge, cause="2", urgency=Urgency.PERSON)
        assert done == Refused("too large")
        await ann.state(room, "m.room.power_levels", {"events_default": 50, "users": {}})
        done = await bot.line.speaker.say(room, Message("x"), cause="3", urgency=Urgency.RESCUE)
        assert done == Refused("M_FORBIDDEN")
        await ann.kick(room, bot.user_id)
        await bot.line.sync.until(lambda: room not in bot.line.rooms)
        done = await bot.line.speaker.say(room, Message("x"), cause="4", urgency=Urgency.RESCUE)
        assert done == Refused("gone")


@synapse
async def test_a_429_is_obeyed_by_its_header_while_the_bot_goes_on_hearing(
    server: Synapse, bot_login: Login, store: Store
) -> None:
    """Trap 9: nio sleeps by the body, and what awaits it is deaf meanwhile."""
    pauses: list[float] = []
    gate = asyncio.Event()

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        await (gate.wait() if 10 < seconds < 30 else asyncio.sleep(0))

    clock = [0.0]
    async with (
        Proxy(server.url) as proxy,
        together(proxy.url, server, bot_login, store, sleep=sleep, monotonic=lambda: clock[0]) as (
            bot,
            ann,
            room,
        ),
    ):
        proxy.fail(
            SEND,
            status=429,
            headers={"Retry-After": "20", "Content-Type": "application/json"},
            body=json.dumps({"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 500}).encode(),
        )
        await ann.say(room, "!echo late")
        await bot.ear.wait(Said, lambda e: e.line == "!echo late")
        await ann.say(room, "heard meanwhile")
        await ann.say(room, "!echo second")
        await proxy.until(lambda: proxy.count(SEND) == 1)
        other = await ann.create(bot.user_id, encrypted=False)
        del other
        await bot.line.sync.until(lambda: 20.0 in pauses)
        assert proxy.count(SEND) == 1
        clock[0] = 20.0
        gate.set()
        assert await answers(ann, room, bot, "late", "second") == ["late", "second"]


@synapse
async def test_a_public_server_is_never_driven_into_a_429(public_server: Synapse, store: Store) -> None:
    """Ten actions at once, then one every five seconds, and no refusal; people still get through."""
    login = public_server.register("paced")
    ann_login = public_server.register("ann")
    public_server.lift(ann_login.user_id)
    async with (
        Proxy(public_server.url) as proxy,
        await Person.arrive(public_server, login=ann_login) as ann,
        Station(settings(proxy.url, login, lifted=False), store) as bot,
    ):
        room = await ann.create(bot.user_id, encrypted=False)
        await bot.join(room, ann.user_id)
        speaker = bot.line.speaker
        posts = [
            asyncio.create_task(
                speaker.say(room, Message(f"post {i}"), cause=f"post {i}", urgency=Urgency.SCHEDULED)
            )
            for i in range(20)
        ]
        await ann.until(lambda: len(ann.heard(room, by=bot.user_id)) == 6)
        for i in range(3):
            await ann.say(room, f"!echo answer {i}")
        # One action for the join, six for posts; the three kept back answer people at once.
        await answers(ann, room, bot, *(f"answer {i}" for i in range(3)))
        await ann.say(room, "!echo answer 3")
        await answers(ann, room, bot, "answer 3")
        heard = [e.body for e in ann.heard(room, by=bot.user_id)]
        assert heard[6:] == [f"answer {i}" for i in range(4)]
        assert [r for r in proxy.requests if r.status == 429] == []
        for post in posts:
            post.cancel()
        await asyncio.gather(*posts, return_exceptions=True)


@synapse
async def test_a_notice_notifies_nobody_and_a_prompt_with_a_mention_does(
    server: Synapse, bot_login: Login, store: Store
) -> None:
    """Trap 13."""
    async with together(server.url, server, bot_login, store, encrypted=False) as (bot, ann, room):

        async def say(words: str, *, notice: bool) -> None:
            message = Message(words, notice=notice, mentions=(ann.user_id,))
            await bot.line.speaker.say(room, message, cause=words, urgency=Urgency.PERSON)
            await answers(ann, room, bot, words)

        await say("an answer", notice=True)
        found = ann.client.rooms[room]
        assert (found.unread_notifications, found.unread_highlights) == (0, 0)
        await say("a prompt", notice=False)
        assert (found.unread_notifications, found.unread_highlights) == (1, 1)


@synapse
async def test_people_with_unverified_devices_can_read(
    server: Synapse, bot_login: Login, store: Store
) -> None:
    """Trap 11: nio would refuse to send at all."""
    async with (
        await Person.arrive(server, signed=False) as ann,
        Station(settings(server.url, bot_login), store) as bot,
    ):
        room = await ann.direct(bot.user_id)
        await bot.join(room, ann.user_id)
        outcome = await bot.line.speaker.say(room, Message("hello"), cause="1", urgency=Urgency.PERSON)
        assert isinstance(outcome, Sent)
        seen = await ann.wait(lambda e: e.body == "hello")
        assert seen.encrypted


@synapse
async def test_a_new_device_reads_the_next_message(server: Synapse, bot_login: Login, store: Store) -> None:
    async with together(server.url, server, bot_login, store) as (bot, ann, room):
        await ann.say(room, "!echo one")
        await answers(ann, room, bot, "one")
        made = server.call(
            "POST",
            "/_matrix/client/v3/login",
            {
                "type": "m.login.password",
                "identifier": {"type": "m.id.user", "user": ann.user_id},
                "password": ann.login.password,
            },
        )
        phone_login = Login(ann.user_id, made["device_id"], made["access_token"], ann.login.password)
        async with await Person.arrive(server, login=phone_login, signed=False) as phone:
            await bot.line.sync.until(
                lambda: (
                    ann.user_id in bot.line.client.users_for_key_query
                    or len(bot.line.client.device_store[ann.user_id]) == 2
                )
            )
            await ann.say(room, "!echo two")
            seen = await phone.wait(lambda e: e.body == "two" and e.sender == bot.user_id)
            assert seen.encrypted


@synapse
async def test_somebody_who_left_gets_no_key_for_what_follows(
    server: Synapse, bot_login: Login, store: Store
) -> None:
    async with (
        together(server.url, server, bot_login, store) as (bot, ann, room),
        await Person.arrive(server) as bea,
    ):
        await ann.invite(room, bea.user_id)
        await bea.join(room)
        await bot.knows(room, bea.user_id)
        await ann.say(room, "!echo for both")
        await answers(bea, room, bot, "for both")
        assert bea.user_id in bot.line.client.readers(room)
        await bea.leave(room)
        await bot.line.sync.until(lambda: bea.user_id not in bot.line.rooms.get(room).members)
        await ann.say(room, "!echo for one")
        await answers(ann, room, bot, "for one")
        assert bot.line.client.readers(room) <= {ann.user_id, bot.user_id}


@synapse
async def test_a_private_answer_reaches_nobody_but_its_person(
    server: Synapse, bot_login: Login, store: Store
) -> None:
    async with (
        together(server.url, server, bot_login, store) as (bot, ann, room),
        await Person.arrive(server) as bea,
    ):

        async def tell(words: str, to: str = ann.user_id) -> Any:
            return await bot.line.speaker.say(
                room, Message(words), cause=words, urgency=Urgency.PERSON, private_to=to
            )

        assert isinstance(await tell("one"), Sent)
        assert await tell("two", bea.user_id) == Refused("not private")
        await ann.invite(room, bea.user_id)
        await bot.line.sync.until(lambda: bea.user_id in bot.line.rooms.get(room).members)
        assert await tell("three") == Refused("not private")
        await bea.join(room)
        await bot.knows(room, bea.user_id)
        assert await tell("four") == Refused("not private")
        await ann.kick(room, bea.user_id)
        await bot.line.sync.until(lambda: bea.user_id not in bot.line.rooms.get(room).members)
        assert isinstance(await tell("five"), Sent)
        assert await answers(ann, room, bot, "five") == ["one", "five"]


@synapse
async def test_redactions_and_reactions(server: Synapse, bot_login: Login, store: Store) -> None:
    async with together(server.url, server, bot_login, store) as (bot, ann, room):
        sent = await bot.line.speaker.say(room, Message("draft"), cause="1", urgency=Urgency.PERSON)
        assert isinstance(sent, Sent)
        await answers(ann, room, bot, "draft")
        reacted = await bot.line.speaker.react(room, sent.event_id, "1️⃣", cause="2", urgency=Urgency.PERSON)
        assert isinstance(reacted, Sent)
        seen = await ann.wait(lambda e: e.kind == "m.reaction")
        assert seen.content["m.relates_to"]["key"] == "1️⃣"
        assert isinstance(await bot.line.speaker.redact(room, sent.event_id), Sent)
        await ann.wait(lambda e: e.kind == "m.room.redaction")
