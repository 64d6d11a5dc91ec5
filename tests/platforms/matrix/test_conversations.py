"""The real cogs, through the app, on a real Synapse, with people whose clients are strict."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.platforms.matrix.write import KEY
from bot.testing.matrix_person import Person
from bot.testing.synapse import Login, Synapse

from .hearth import Hearth, alone_with, heard, hearth, invited, raw, settle_in

pytestmark = pytest.mark.synapse


@contextlib.asynccontextmanager
async def circle(
    server: Synapse, login: Login, folder: Path, *, encrypted: bool = True, **more: object
) -> AsyncIterator[tuple[Hearth, Person, Person, str]]:
    """A community's room with its moderator, a member, and Hearth in it."""
    async with (
        await Person.arrive(server, strict=True) as host,
        await Person.arrive(server, strict=True) as ann,
    ):
        room = await host.create(ann.user_id, encrypted=encrypted, name="ring")
        async with hearth(server.url, login, folder, [room], **more) as bot:  # type: ignore[arg-type]  # passed on
            await host.invite(room, bot.user_id)
            await settle_in(bot, host, room, ann)
            yield bot, host, ann, room


async def test_crisis_in_a_room_is_answered_there_and_in_a_direct_room_that_is_opened(
    server: Synapse, bot_login: Login, tmp_path: Path
) -> None:
    async with circle(server, bot_login, tmp_path) as (bot, host, ann, room):
        await ann.say(room, "!crisis")
        public = await heard(host, room, bot, "For anyone who may need it")
        assert "\n999\n" in public.body
        assert public.content["msgtype"] == "m.notice"
        assert public.content["m.mentions"] == {"user_ids": [ann.user_id]}
        direct = await invited(ann)
        alone = await heard(ann, direct, bot, "999")
        assert alone.encrypted
        assert alone.content["msgtype"] == "m.text"
        await ann.say(direct, "crisis")
        await ann.until(lambda: len(ann.heard(direct, by=bot.user_id)) >= 2)
        assert len(host.heard(room, by=bot.user_id)) == 2, "greeting and the one public answer"


async def test_crisis_in_a_room_is_private_for_whoever_has_a_direct_room(
    server: Synapse, bot_login: Login, tmp_path: Path
) -> None:
    async with circle(server, bot_login, tmp_path) as (bot, host, ann, room):
        direct = await alone_with(bot, ann)
        said = await ann.say(room, "!crisis")
        answer = await heard(ann, direct, bot, "999")
        assert answer.content["msgtype"] == "m.text"
        before = {event["event_id"] for event in await raw(server, host, room)}
        keep = next(n for n, one in enumerate(answer.content[KEY]["choices"], 1) if one[0] == "Keep this")
        await ann.say(direct, str(keep))
        await ann.until(lambda: len([e for e in ann.heard(direct, by=bot.user_id) if "999" in e.body]) == 2)
        await bot.idle()
        later = await raw(server, host, room)
        assert {event["event_id"] for event in later if event["sender"] == bot.user_id} <= before
        assert said in before


async def test_a_checkin_goes_on_after_a_restart_and_stays_between_two(
    server: Synapse, bot_login: Login, tmp_path: Path
) -> None:
    async with (
        await Person.arrive(server, strict=True) as host,
        await Person.arrive(server, strict=True) as ann,
    ):
        room = await host.create(ann.user_id, name="ring")
        async with hearth(server.url, bot_login, tmp_path, [room]) as bot:
            await host.invite(room, bot.user_id)
            await host.state(room, "m.room.power_levels", await _levels(host, room, bot.user_id, 50))
            await settle_in(bot, host, room, ann)
            typed = await ann.say(room, "!checkin")
            direct = await invited(ann)
            asked = await heard(ann, direct, bot, "1 · ")
            assert asked.encrypted
            assert asked.content[KEY]["form"]
            await bot.idle()
        async with hearth(server.url, bot_login, tmp_path, [room]) as bot:
            await ann.say(direct, "4")
            await heard(ann, direct, bot, "2 of 3", after=ann.events.index(asked))
            await ann.say(direct, "a quiet day")
            await heard(ann, direct, bot, "3 of 3")
        async with hearth(server.url, bot_login, tmp_path, [room], clock=bot.clock) as bot:
            await ann.say(direct, "1")
            kept = await heard(ann, direct, bot, "Kept")
            assert kept.content["msgtype"] == "m.notice"
            await ann.say(direct, "!history")
            picture = await ann.wait(lambda event: event.content.get("msgtype") == "m.image")
            assert picture.encrypted
            assert picture.room_id == direct
            assert "url" not in picture.content, "an encrypted picture has no plain address"
            assert picture.content["file"]["url"].startswith("mxc://")
            assert "a quiet day" in (await heard(ann, direct, bot, "a quiet day")).body
            await bot.idle()
        seen = await raw(server, host, room)
        assert not any(event["event_id"] == typed and event["content"] for event in seen), "it was taken away"
        own = [one for one in seen if one["type"] == "m.room.encrypted" and one["sender"] == bot.user_id]
        assert len(own) == 1, "the greeting"


async def _levels(host: Person, room: str, who: str, level: int) -> dict[str, object]:
    levels = await host.api("GET", f"/rooms/{room}/state/m.room.power_levels")
    levels.setdefault("users", {})[who] = level
    return levels


async def test_a_prompt_comes_at_its_time_and_a_number_in_the_direct_room_answers_it(
    server: Synapse, bot_login: Login, tmp_path: Path
) -> None:
    async with circle(server, bot_login, tmp_path) as (bot, host, ann, room):
        direct = await alone_with(bot, ann)
        await bot.pass_to(19)
        prompt = await heard(host, room, bot, "direct chat")
        assert prompt.content["msgtype"] == "m.text", "a notice would wake nobody"
        assert prompt.content["m.mentions"] == {}
        labels = [one[0] for one in prompt.content[KEY]["choices"]]
        await ann.say(direct, "2")
        kept = await heard(ann, direct, bot, labels[1])
        assert kept.encrypted
        history = await bot.checkins(ann)
        assert history.count('"mood"') == 1
        await ann.say(direct, labels[0])
        await heard(ann, direct, bot, f"Changed to {labels[0]}")
        beyond = len(kept.content[KEY]["choices"]) + 1
        await ann.say(direct, str(beyond))
        await heard(ann, direct, bot, f"Changed to {labels[beyond - 1]}")
        await ann.say(direct, "99")
        await heard(ann, direct, bot, "choose one of the answers")
        assert (await bot.checkins(ann)).count('"mood"') == 1
        await bot.idle()
        assert len(host.heard(room, by=bot.user_id)) == 2, "the greeting and the prompt"


async def test_whoever_reacts_to_a_prompt_is_asked_alone_and_nothing_private_is_answered_in_public(
    server: Synapse, bot_login: Login, tmp_path: Path
) -> None:
    async with circle(server, bot_login, tmp_path) as (bot, host, ann, room):
        await host.state(room, "m.room.power_levels", await _levels(host, room, bot.user_id, 50))
        await bot.pass_to(19)
        prompt = await heard(ann, room, bot, "direct chat")
        reaction = await ann.react(room, prompt.event_id, "3\ufe0f\u20e3")
        direct = await invited(ann)
        offered = await heard(ann, direct, bot, "only you and I see your answer to the question in ring")
        assert offered.content[KEY]["choices"] == prompt.content[KEY]["choices"]
        await ann.reply(room, prompt.event_id, "1")
        await ann.react(direct, offered.event_id, "2\ufe0f\u20e3")
        await heard(ann, direct, bot, "Kept")
        # Whoever thinks again there is asked again, since their answer is no longer what lies before them.
        before = len(ann.events)
        await ann.react(room, prompt.event_id, "5\ufe0f\u20e3")
        again = await heard(ann, direct, bot, "only you and I see your answer", after=before)
        await ann.react(direct, again.event_id, "5\ufe0f\u20e3")
        await heard(ann, direct, bot, "Changed to")
        await bot.idle()
        seen = {event["event_id"]: event for event in await raw(server, host, room)}
        assert seen[reaction]["content"] == {}, "what it showed was taken away"
        assert len(host.heard(room, by=bot.user_id)) == 2
        kept = await bot.checkins(ann)
        assert kept.count('"mood"') == 1


async def test_what_was_said_before_edited_or_by_somebody_else_is_no_command(
    server: Synapse, bot_login: Login, tmp_path: Path
) -> None:
    async with (
        await Person.arrive(server, strict=True) as host,
        await Person.arrive(server, strict=True) as ann,
    ):
        room = await host.create(ann.user_id, encrypted=False, name="ring", preset="public_chat")
        await ann.join(room)
        await ann.say(room, "!crisis")
        async with hearth(server.url, bot_login, tmp_path, [room]) as bot:
            await host.invite(room, bot.user_id)
            await settle_in(bot, host, room)
            await heard(host, room, bot, "Hello")
            said = await ann.say(room, "hello there")
            await ann.edit(room, said, "!crisis")
            await ann.send(room, {"msgtype": "m.notice", "body": "!crisis", "m.mentions": {}})
            await ann.say(room, "!unknown-to-hearth please")
            await ann.say(room, "so !crisis is how one asks")
            asked = await ann.say(
                room, f"{bot.user_id}: crisis", **{"m.mentions": {"user_ids": [bot.user_id]}}
            )
            answer = await heard(host, room, bot, "For anyone")
            assert answer.content["m.relates_to"]["m.in_reply_to"]["event_id"] == asked
            await invited(ann)
            await bot.idle()
            assert len(host.heard(room, by=bot.user_id)) == 2, "the greeting and one answer"


async def test_a_thread_is_answered_in_the_thread(server: Synapse, bot_login: Login, tmp_path: Path) -> None:
    async with circle(server, bot_login, tmp_path) as (bot, host, ann, room):
        root = await host.say(room, "shall we?")
        await ann.in_thread(room, root, "!crisis DE")
        answer = await heard(host, room, bot, "For anyone")
        assert answer.content["m.relates_to"]["rel_type"] == "m.thread"
        assert answer.content["m.relates_to"]["event_id"] == root
        assert "\n112\n" in answer.body


async def test_everything_about_somebody_comes_as_a_file_and_is_erased(
    server: Synapse, bot_login: Login, tmp_path: Path
) -> None:
    async with circle(server, bot_login, tmp_path) as (bot, _host, ann, _room):
        direct = await alone_with(bot, ann)
        for words, shown in (("!checkin", "1 of 2"), ("heavy", "2 of 2"), ("-", "Kept")):
            await ann.say(direct, words)
            await heard(ann, direct, bot, shown)
        await ann.say(direct, "!privacy export")
        file = await ann.wait(lambda event: event.content.get("msgtype") == "m.file")
        assert file.encrypted
        assert file.content["filename"].endswith(".json")
        asked = len(ann.events)
        await ann.say(direct, "!privacy erase")
        confirm = await heard(ann, direct, bot, "1 · ", after=asked)
        await ann.say(direct, confirm.content[KEY]["choices"][0][0])
        await ann.until(
            lambda: len([e for e in ann.heard(direct, by=bot.user_id) if e in ann.events[asked:]]) >= 2
        )
        kept = await bot.checkins(ann)
        assert '"mood"' not in kept


async def test_a_reminder_comes_alone_and_is_stopped_by_a_number(
    server: Synapse, bot_login: Login, tmp_path: Path
) -> None:
    async with circle(server, bot_login, tmp_path) as (bot, host, ann, room):
        direct = await alone_with(bot, ann)
        await ann.say(direct, "reminder 18:00")
        await heard(ann, direct, bot, "18:00")
        await bot.pass_to(18)
        asked = await ann.wait(
            lambda e: e.room_id == direct and len(e.content.get(KEY, {}).get("choices", ())) >= 6
        )
        assert asked.content["msgtype"] == "m.text"
        stop = asked.content[KEY]["choices"][-1][0]
        before = len(ann.events)
        await ann.say(direct, str(len(asked.content[KEY]["choices"])))
        stopped = await heard(ann, direct, bot, "", after=before + 1)
        assert stop
        assert not await bot.app.catalogue.cogs["checkins"].service.reminders("circle"), stopped.body
        assert not [e for e in host.events if e.sender == bot.user_id and e.room_id != room]


async def test_a_facilitators_power_counts_in_the_room_and_behind_its_answers(
    server: Synapse, bot_login: Login, tmp_path: Path
) -> None:
    async with circle(server, bot_login, tmp_path) as (bot, host, ann, room):
        direct = await alone_with(bot, ann)
        await ann.say(room, "!prompts pause")
        await heard(ann, direct, bot, "facilitators")
        await host.state(room, "m.room.power_levels", await _levels(host, room, ann.user_id, 25))
        await bot.sees(lambda line: 25 in [one.level(ann.user_id) for one in line.rooms])
        await ann.say(room, "!prompts picture")
        none = await heard(ann, direct, bot, "The ring")
        await ann.react(direct, none.event_id, "1\ufe0f\u20e3")
        await ann.until(
            lambda: len([e for e in ann.heard(direct, by=bot.user_id) if "The ring" in e.body]) == 2
        )
