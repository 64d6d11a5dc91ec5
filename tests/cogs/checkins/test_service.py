from __future__ import annotations

import asyncio
import datetime
import itertools
import json
from pathlib import Path

import pytest

from bot.sdk import Cause, Person, Place, Refused
from bot.storage.errors import AlreadyHandled
from bot.storage.migrations import differences
from bot.storage.store import Storage
from cogs.checkins import times
from cogs.checkins.service import LONGEST_KEPT, Answering, Checkins, Mood, mark_of

from .conftest import ADA, BEN, CHECKINS, NOON

RING = Place("terminal", "#evening", "ring", name="evening")

MINUTE = datetime.timedelta(minutes=1)
HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)
LONG_AGO = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
FAR = datetime.datetime(2100, 1, 1, tzinfo=datetime.UTC)
PROMPT = Answering.read(mark_of("ring", "evening", "1", NOON))


async def moods(checkins: Checkins, person: Person) -> list[Mood]:
    return [one.mood for one in await checkins.history(person, LONG_AGO, FAR)]


async def test_the_migrations_make_the_tables(storage: Storage, path: Path) -> None:
    assert differences(path, CHECKINS, "checkins_") == []


async def test_a_checkin_is_its_persons_alone(checkins: Checkins) -> None:
    await checkins.keep(ADA, Mood.HEAVY, "a long day", at=NOON)
    assert [(one.mood, one.note) for one in await checkins.history(ADA, LONG_AGO, FAR)] == [
        (Mood.HEAVY, "a long day")
    ]
    assert await moods(checkins, BEN) == []
    assert await moods(checkins, ADA.within("elsewhere")) == []


async def test_the_file_tells_neither_who_nor_what(checkins: Checkins, storage: Storage, path: Path) -> None:
    person = Person("terminal", "adelheid-account", "ring", name="Adelheid")
    await checkins.keep(person, Mood.VERY_HEAVY, "the unspeakable thing", at=NOON, group="evening")
    await checkins.remind(person, datetime.time(19), times.EVERY_DAY, "Europe/Berlin")
    found = b"".join(file.read_bytes() for file in path.parent.iterdir() if file.is_file())
    for word in (b"adelheid", b"Adelheid", b"unspeakable", b"very-heavy", b"evening", b"Berlin"):
        assert word not in found


async def test_one_prompt_has_one_answer_and_a_second_tap_changes_it(checkins: Checkins) -> None:
    first = await checkins.keep(ADA, Mood.HEAVY, "words", at=NOON + MINUTE, answering=PROMPT)
    second = await checkins.keep(ADA, Mood.LIGHT, at=NOON + 2 * MINUTE, answering=PROMPT)
    assert (first.changed, second.changed) == (False, True)
    assert second.id == first.id
    assert [(one.mood, one.note, one.at) for one in await checkins.history(ADA, LONG_AGO, FAR)] == [
        (Mood.LIGHT, "words", NOON + MINUTE)
    ]


async def test_a_double_press_is_one_checkin(checkins: Checkins) -> None:
    await asyncio.gather(
        *(checkins.keep(ADA, Mood.HEAVY, at=NOON + MINUTE, answering=PROMPT) for _ in range(5))
    )
    assert await moods(checkins, ADA) == [Mood.HEAVY]


async def test_two_people_answer_the_same_prompt(checkins: Checkins) -> None:
    await checkins.keep(ADA, Mood.HEAVY, at=NOON, answering=PROMPT)
    await checkins.keep(BEN, Mood.LIGHT, at=NOON, answering=PROMPT)
    assert (await moods(checkins, ADA), await moods(checkins, BEN)) == ([Mood.HEAVY], [Mood.LIGHT])


async def test_an_old_prompt_does_not_rewrite_last_weeks_answer(checkins: Checkins) -> None:
    await checkins.keep(ADA, Mood.HEAVY, at=NOON + MINUTE, answering=PROMPT)
    late = await checkins.keep(ADA, Mood.LIGHT, at=NOON + 7 * DAY, answering=PROMPT)
    assert not late.changed
    assert await moods(checkins, ADA) == [Mood.HEAVY, Mood.LIGHT]


async def test_a_repeated_event_leaves_one_trace(checkins: Checkins) -> None:
    cause = Cause("terminal", "event-1")
    await checkins.keep(ADA, Mood.HEAVY, at=NOON, cause=cause)
    with pytest.raises(AlreadyHandled):
        await checkins.keep(ADA, Mood.HEAVY, at=NOON, cause=cause)
    assert await moods(checkins, ADA) == [Mood.HEAVY]


async def test_only_ones_own_can_be_taken_back_changed_or_shared(checkins: Checkins) -> None:
    kept = await checkins.keep(ADA, Mood.HEAVY, at=NOON)
    for other in (BEN, ADA.within("elsewhere")):
        for work in (
            checkins.take_back(other, kept.id),
            checkins.add_words(other, kept.id, "not mine"),
            checkins.share(other, kept.id, RING, at=NOON),
            checkins.entry(other, kept.id),
        ):
            with pytest.raises(Refused) as refused:
                await work
            with pytest.raises(Refused) as missing:
                await checkins.entry(other, "nothinghere")
            assert refused.value.key == missing.value.key == "no-such-entry"
    assert (await checkins.take_back(ADA, kept.id))[0].mood is Mood.HEAVY
    assert await moods(checkins, ADA) == []


async def test_words_can_be_added(checkins: Checkins) -> None:
    kept = await checkins.keep(ADA, Mood.HEAVY, at=NOON, answering=PROMPT)
    await checkins.add_words(ADA, kept.id, "  now with words ")
    assert (await checkins.entry(ADA, kept.id)).note == "now with words"


async def test_after_taking_back_the_same_prompt_can_be_answered_again(checkins: Checkins) -> None:
    kept = await checkins.keep(ADA, Mood.HEAVY, at=NOON, answering=PROMPT)
    await checkins.take_back(ADA, kept.id)
    assert not (await checkins.keep(ADA, Mood.LIGHT, at=NOON, answering=PROMPT)).changed
    assert await moods(checkins, ADA) == [Mood.LIGHT]


@pytest.mark.parametrize("mark", ["", "x", "abcd-", "abcd-zz", "abcd-fffffffffffffffff", "abcd--1f"])
def test_a_mark_that_is_none_is_refused(mark: str) -> None:
    if mark == "abcd--1f":
        assert Answering.read(mark).due < NOON
        return
    with pytest.raises(Refused):
        Answering.read(mark)


async def test_a_history_ends_at_midnight_of_its_zone(checkins: Checkins) -> None:
    # In Auckland it is 3 March already, in Los Angeles still 2 March.
    at = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)
    await checkins.keep(ADA, Mood.HEAVY, at=at)
    third = datetime.date(2026, 3, 3)
    for zone, found in (("Pacific/Auckland", 1), ("America/Los_Angeles", 0)):
        since, until = times.midnight(third, zone), times.midnight(third + DAY, zone)
        assert len(await checkins.history(ADA, since, until)) == found


async def test_a_long_history_is_read_by_its_newest(checkins: Checkins) -> None:
    # Written straight into the table, since only the reading is of interest.
    from bot.sdk import account_text
    from cogs.checkins.tables import Checkin

    store = checkins._store
    who = await store.who(ADA)
    async with store.write() as session:
        for number in range(1100):
            session.add(
                Checkin(
                    space="ring", who=who, account=account_text(ADA), at=NOON + number * MINUTE,
                    mood=Mood.HEAVY, note=None, group=None, shared=False,
                )
            )  # fmt: skip
    found = await checkins.history(ADA, LONG_AGO, FAR)
    assert len(found) == 1000
    assert found[-1].at == NOON + 1099 * MINUTE


async def test_a_history_is_found_by_index(checkins: Checkins, storage: Storage) -> None:
    from sqlalchemy import text

    async with checkins._store.read() as session:
        plan = await session.execute(
            text(
                "EXPLAIN QUERY PLAN SELECT * FROM checkins_entry "
                "WHERE who = x'00' AND at >= '2026' AND at < '2027' ORDER BY at DESC LIMIT 1000"
            )
        )
        told = " ".join(str(row) for row in plan)
    assert "checkins_entry_mine (who=? AND at>? AND at<?)" in told


# --- reminders ------------------------------------------------------------------------------------


async def test_a_reminder_is_set_changed_paused_and_stopped(checkins: Checkins) -> None:
    assert await checkins.reminder_of(ADA) is None
    first = await checkins.remind(ADA, datetime.time(19), times.EVERY_DAY, "Europe/Berlin")
    again = await checkins.remind(ADA, datetime.time(8, 30), times.WEEKEND, "Europe/London")
    assert again.id == first.id
    (planned,) = await checkins.reminders("ring")
    assert (planned.at, planned.days, planned.zone) == (datetime.time(8, 30), times.WEEKEND, "Europe/London")
    assert planned.person == ADA
    assert planned.speaks(NOON)

    assert await checkins.pause_reminder(ADA, NOON + 2 * DAY)
    paused = await checkins.reminder(first.id)
    assert paused is not None
    assert (paused.speaks(NOON + DAY), paused.speaks(NOON + 2 * DAY)) == (False, True)
    assert await checkins.pause_reminder(ADA, None)
    silent = await checkins.reminder_of(ADA)
    assert silent is not None
    assert not silent.speaks(FAR)
    assert await checkins.resume_reminder(ADA)
    awake = await checkins.reminder_of(ADA)
    assert awake is not None
    assert awake.speaks(NOON)

    assert await checkins.stop_reminder(ADA) == first.id
    assert await checkins.stop_reminder(ADA) is None
    assert await checkins.reminder(first.id) is None
    assert await checkins.reminders("ring") == []


async def test_nobody_without_a_reminder_is_paused_or_reminded(checkins: Checkins) -> None:
    assert not await checkins.pause_reminder(BEN, None)
    assert not await checkins.resume_reminder(BEN)
    assert await checkins.reminders("ring") == []


# --- prompts --------------------------------------------------------------------------------------


async def test_every_question_comes_once_a_round_and_never_twice_running(checkins: Checkins) -> None:
    questions = checkins.sets["gentle"]
    asked = [
        (await checkins.question("ring", "evening/1", NOON + day * DAY, questions)).id
        for day in range(3 * len(questions))
    ]
    for start in range(0, len(asked), len(questions)):
        assert sorted(asked[start : start + len(questions)]) == sorted(one.id for one in questions)
    assert all(one != after for one, after in itertools.pairwise(asked))
    assert asked[: len(questions)] != asked[len(questions) : 2 * len(questions)]


async def test_two_prompts_of_a_group_ask_nothing_twice_running(checkins: Checkins) -> None:
    questions = checkins.sets["gentle"]
    asked = []
    for day in range(2 * len(questions)):
        for hour, prompt in ((0, "evening/morning"), (9, "evening/night"), (9, "evening/late")):
            due = NOON + day * DAY + datetime.timedelta(hours=hour)
            asked.append((await checkins.question("ring", prompt, due, questions)).id)
        await checkins.question("ring", "even/1", NOON + day * DAY, questions)  # another group's
    assert all(one != after for one, after in itertools.pairwise(asked))
    for start in range(0, len(asked), len(questions)):
        assert sorted(asked[start : start + len(questions)]) == sorted(one.id for one in questions)


async def test_a_due_time_keeps_its_question(checkins: Checkins) -> None:
    questions = checkins.sets["gentle"]
    first = await checkins.question("ring", "evening/1", NOON, questions)
    for day in range(1, 5):
        await checkins.question("ring", "evening/1", NOON + day * DAY, questions)
    assert await checkins.question("ring", "evening/1", NOON, questions) == first


async def test_no_question_is_a_refusal_not_a_crash(checkins: Checkins) -> None:
    with pytest.raises(Refused):
        await checkins.question("ring", "evening/1", NOON, ())


async def test_prompts_of_one_group_are_paused(checkins: Checkins) -> None:
    await checkins.pause_prompts("ring", "evening", NOON + DAY)
    assert await checkins.prompts_paused("ring", "evening", NOON)
    assert not await checkins.prompts_paused("ring", "evening", NOON + DAY)
    assert not await checkins.prompts_paused("ring", "morning", NOON)
    assert not await checkins.prompts_paused("other", "evening", NOON)
    await checkins.pause_prompts("ring", "evening", None)
    assert await checkins.prompts_paused("ring", "evening", FAR)
    assert await checkins.resume_prompts("ring", "evening")
    assert not await checkins.prompts_paused("ring", "evening", NOON)
    assert not await checkins.resume_prompts("ring", "evening")


# --- the account ----------------------------------------------------------------------------------


async def test_export_holds_everything_of_one_person_in_every_space(checkins: Checkins) -> None:
    kept = await checkins.keep(ADA, Mood.HEAVY, "mine", at=NOON, group="evening")
    await checkins.keep(ADA.within("other"), Mood.LIGHT, at=NOON + HOUR)
    await checkins.keep(BEN, Mood.LIGHT, "his", at=NOON)
    await checkins.remind(ADA, datetime.time(19), frozenset({1}), "Europe/Berlin")
    await checkins.share(ADA, kept.id, RING, at=NOON)
    told = json.loads(json.dumps(await checkins.export(ADA)))
    by_space = {one["space"]: one for one in told}
    assert by_space["ring"]["check_ins"] == [
        {"at": NOON.isoformat(), "mood": "heavy", "note": "mine", "group": "evening", "shared": True}
    ]
    assert by_space["ring"]["shown"] == [{"name": "Ada", "room": "evening", "on_its_way": True}]
    assert by_space["ring"]["reminder"]["at"] == "19:00"
    assert [one["mood"] for one in by_space["other"]["check_ins"]] == ["light"]
    assert "his" not in json.dumps(told)
    assert await checkins.export(Person("terminal", "nobody", "ring")) == []


async def test_forgetting_takes_everything_of_one_person_and_nothing_else(checkins: Checkins) -> None:
    for person in (ADA, ADA.within("other"), BEN):
        await checkins.keep(person, Mood.HEAVY, at=NOON)
        await checkins.remind(person, datetime.time(19), times.EVERY_DAY, "UTC")
    await checkins.forget(ADA)
    await checkins.forget(ADA)
    assert await checkins.export(ADA) == []
    assert await checkins.reminders("other") == []
    assert [wish.person for wish in await checkins.reminders("ring")] == [BEN]
    assert await moods(checkins, BEN) == [Mood.HEAVY]


async def test_what_is_too_old_goes(checkins: Checkins) -> None:
    await checkins.keep(ADA, Mood.HEAVY, at=NOON - LONGEST_KEPT - MINUTE)
    await checkins.keep(ADA, Mood.LIGHT, at=NOON - LONGEST_KEPT + MINUTE)
    await checkins.pause_prompts("ring", "evening", None)
    await checkins.age_out(NOON)
    assert await moods(checkins, ADA) == [Mood.LIGHT]
    assert await checkins.prompts_paused("ring", "evening", NOON)
