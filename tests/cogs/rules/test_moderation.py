"""What moderation remembers and decides: on a real database, without a chat."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest
import yaml

from bot.sdk import Level, Person, Place, Refused, Space
from bot.storage.migrations import differences
from bot.storage.store import Storage
from cogs.rules.matching.rules import Message
from cogs.rules.service import Moderation
from cogs.rules.settings import RulesProfile
from cogs.rules.story import Decision, Done

from .conftest import ADA, BEN, MAY, MOE, NOON, RULES, SECTION, space_with

MINUTE = datetime.timedelta(minutes=1)
HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)


async def write(
    moderation: Moderation, person: Person, words: str, space: Space, at: datetime.datetime = NOON
) -> Decision | None:
    """Somebody writes in a room; what follows, or None where no rule is met."""
    hits = await moderation.judging.met(person, Message(words, at=at), space)
    if not hits:
        return None
    return await moderation.judging.decide(person, hits, space, at=at, room="evening", ref="m1", words=words)


def kinds(decision: Decision | None) -> list[str]:
    return [each.kind for each in decision.actions] if decision is not None else []


async def test_the_migrations_make_the_tables(storage: Storage, path: Path) -> None:
    assert differences(path, RULES, "rules_") == []


async def test_what_meets_no_rule_leaves_nothing(moderation: Moderation, space: Space) -> None:
    assert await write(moderation, ADA, "good morning", space) is None
    assert await moderation.cases.record("ring") == []


async def test_the_record_says_what_was_done_why_and_by_which_rule(
    moderation: Moderation, space: Space
) -> None:
    decision = await write(moderation, ADA, "call 07700 900123", space)
    assert decision is not None
    assert kinds(decision) == ["nudge", "hold"]
    assert decision.nudges == (("calls", "Please keep numbers out of the room."),)
    story = await moderation.cases.case("ring", decision.number)
    (line,) = story.lines
    assert (line.done, line.words, line.room, line.actions) == (
        Done.RULE, "call 07700 900123", "evening", ("nudge", "hold")
    )  # fmt: skip
    assert list(line.rules) == ["calls"]
    assert len(line.rules["calls"]) == 8
    assert (story.about.name, story.waits, story.expires) == ("Ada", True, NOON + 30 * DAY)


async def test_a_changed_rule_has_another_version(moderation: Moderation, space: Space) -> None:
    first = await write(moderation, ADA, "zebra", space)
    same = await write(moderation, BEN, "zebra", space_with())
    other = await write(moderation, MAY, "zebra", space_with(SECTION.replace("[zebra]", "[zebra, gnu]")))
    versions = [
        (await moderation.cases.case("ring", one.number)).lines[0].rules["zebra"]
        for one in (first, same, other)
        if one
    ]
    assert versions[0] == versions[1] != versions[2]


async def test_words_are_kept_only_where_somebody_may_have_to_look(
    moderation: Moderation, space: Space
) -> None:
    for words in ("a giraffe", "a zebra"):
        decision = await write(moderation, ADA, words, space)
        assert decision is not None
        assert (await moderation.cases.case("ring", decision.number)).lines[0].words == ""


async def test_one_rule_nudges_once_a_day_and_holds_each_time(moderation: Moderation, space: Space) -> None:
    assert kinds(await write(moderation, ADA, "07700 900123", space)) == ["nudge", "hold"]
    assert kinds(await write(moderation, ADA, "07700 900124", space, NOON + HOUR)) == ["hold"]
    assert kinds(await write(moderation, BEN, "07700 900124", space, NOON + HOUR)) == ["nudge", "hold"]
    assert kinds(await write(moderation, ADA, "a zebra", space, NOON + HOUR)) == ["nudge"]
    assert kinds(await write(moderation, ADA, "07700 900124", space, NOON + 25 * HOUR)) == [
        "nudge", "hold", "slow"
    ]  # fmt: skip


async def test_escalation_counts_nudges_in_a_time_and_forgets(moderation: Moderation, space: Space) -> None:
    found = [kinds(await write(moderation, ADA, "zebra", space, NOON + day * DAY)) for day in (0, 2, 4, 6)]
    assert found == [["nudge"], ["nudge"], ["nudge", "slow"], ["nudge", "time_out", "ask"]]
    assert kinds(await write(moderation, ADA, "zebra", space, NOON + 12 * DAY)) == ["nudge"]
    # The same for everyone: another person's count is their own.
    assert kinds(await write(moderation, BEN, "zebra", space, NOON + 6 * DAY)) == ["nudge"]


async def test_a_nudge_that_was_undone_does_not_count(moderation: Moderation, space: Space) -> None:
    for day in (0, 2):
        await write(moderation, ADA, "zebra", space, NOON + day * DAY)
    await moderation.cases.act(MOE, 1, Done.PUT_BACK, "It was a song.", at=NOON + 3 * DAY, space=space)
    assert kinds(await write(moderation, ADA, "zebra", space, NOON + 4 * DAY)) == ["nudge"]


async def test_moderators_are_held_to_the_rules_only_where_the_profile_says_so(
    moderation: Moderation,
) -> None:
    mild, equal = space_with(), space_with(SECTION + "moderators_too: true\n")
    message = Message("zebra", at=NOON)
    assert await moderation.judging.met(MOE, message, mild, Level.MODERATOR) == []
    assert [hit.rule for hit in await moderation.judging.met(MOE, message, equal, Level.MODERATOR)] == [
        "zebra"
    ]
    assert [hit.rule for hit in await moderation.judging.met(MOE, message, mild, Level.FACILITATOR)] == [
        "zebra"
    ]


async def test_repeats_are_seen_person_by_person_and_anonymous_words_are_not_remembered(
    moderation: Moderation, space: Space
) -> None:
    for second in (1, 2):
        at = NOON + datetime.timedelta(seconds=second)
        assert await moderation.judging.met(ADA, Message("hi", at=at), space) == []
        assert await moderation.judging.met(BEN, Message("hi", at=at, anonymous=True), space) == []
    later = NOON + datetime.timedelta(seconds=3)
    assert [hit.rule for hit in await moderation.judging.met(ADA, Message("hi", at=later), space)] == [
        "often"
    ]
    assert await moderation.judging.met(BEN, Message("hi", at=later), space) == []


async def test_the_file_tells_neither_who_nor_what(
    moderation: Moderation, storage: Storage, path: Path, space: Space
) -> None:
    person = Person("terminal", "adelheid-account", "ring", name="Adelheid")
    await write(moderation, person, "unspeakable 07700 900123", space)
    await moderation.cases.act(MOE, 1, Done.NOTE, "remarkable words", at=NOON, space=space)
    await moderation.consent.agree(person, "mark", at=NOON)
    found = b"".join(file.read_bytes() for file in path.parent.iterdir() if file.is_file())
    for word in (b"adelheid", b"Adelheid", b"unspeakable", b"remarkable", b"900123", b"time_out", b"calls"):
        assert word not in found


async def test_lines_are_tried_without_a_trace(moderation: Moderation, space: Space) -> None:
    settings = RulesProfile.model_validate(
        {**yaml.safe_load(SECTION), "use": ["kind-words"], "without": ["kind-dying"]}
    )
    lines = ["so ein Psycho, 07700 900123", "a lion", "he committed suicide", "hello"]
    found = await moderation.try_lines(settings, lines)
    assert [[(one.rule, one.actions, one.where) for one in each] for each in found] == [
        [("kind-labels", ("suggest",), (7, 13)), ("calls", ("nudge", "hold"), (15, 27))],
        [("lion", ("slow: 2h", "time out: 1d"), (2, 6))],
        [],
        [],
    ]
    assert await moderation.try_lines(None, ["hello"]) == [[]]
    assert await moderation.cases.record("ring") == []


# --- moderators ---------------------------------------------------------------------------------------


async def test_cases_are_numbered_for_each_community_and_no_number_comes_twice(
    moderation: Moderation, space: Space
) -> None:
    elsewhere = space_with(id="other")
    await write(moderation, ADA, "zebra", space)
    await write(moderation, ADA.within("other"), "zebra", elsewhere)
    await moderation.forget(ADA)
    await write(moderation, BEN, "zebra", space)
    assert [one.number for one in await moderation.cases.record("ring")] == [2]
    assert await moderation.cases.record("other") == []


async def test_the_record_can_be_narrowed(moderation: Moderation, space: Space) -> None:
    await write(moderation, ADA, "zebra", space)
    await write(moderation, BEN, "07700 900123", space)
    await write(moderation, ADA, "lion", space)
    assert [one.number for one in await moderation.cases.record("ring")] == [3, 2, 1]
    assert [one.number for one in await moderation.cases.record("ring", about=ADA)] == [3, 1]
    assert [one.number for one in await moderation.cases.record("ring", rule="calls")] == [2]
    assert [one.number for one in await moderation.cases.record("ring", waiting=True)] == [2]


async def test_what_a_moderator_does_is_a_line_with_their_name_and_reason(
    moderation: Moderation, space: Space
) -> None:
    await write(moderation, ADA, "07700 900123", space)
    await moderation.cases.act(MOE, 1, Done.NOTE, "Asked her.", at=NOON + MINUTE, space=space)
    story, _ = await moderation.cases.act(
        MOE, 1, Done.TAKEN_AWAY, "It was a number.", at=NOON + HOUR, space=space
    )
    assert [(line.done, line.why, line.by) for line in story.lines[1:]] == [
        (Done.NOTE, "Asked her.", MOE), (Done.TAKEN_AWAY, "It was a number.", MOE)
    ]  # fmt: skip
    assert not story.waits
    assert story.expires == NOON + HOUR + 30 * DAY


async def test_nobody_decides_their_own_case(moderation: Moderation, space: Space) -> None:
    await write(moderation, MOE, "07700 900123", space)
    for done in (Done.PUT_BACK, Done.NOTE, Done.LIFT):
        with pytest.raises(Refused, match="own-case"):
            await moderation.cases.act(MOE, 1, done, at=NOON, space=space)
    with pytest.raises(Refused, match="own-case"):
        await moderation.cases.hand_over(MAY, 1, MOE, at=NOON, space=space)
    with pytest.raises(Refused, match="no-such-case"):
        await moderation.cases.act(MAY, 7, Done.NOTE, at=NOON, space=space)
    with pytest.raises(Refused, match="no-such-case"):
        await moderation.cases.act(MAY.within("other"), 1, Done.NOTE, at=NOON, space=space)


async def test_lifting_ends_what_is_in_force(moderation: Moderation, space: Space) -> None:
    decision = await write(moderation, ADA, "lion", space)
    assert decision is not None
    assert decision.until == {"slow": NOON + 2 * HOUR, "time_out": NOON + DAY}
    assert {one.kind for one in await moderation.leaving.in_force(ADA, NOON)} == {"slow", "time_out"}
    await moderation.cases.act(MOE, 1, Done.LIFT, "Enough.", at=NOON, space=space)
    assert await moderation.leaving.in_force(ADA, NOON) == []
    with pytest.raises(Refused, match="nothing-to-lift"):
        await moderation.cases.act(MOE, 1, Done.LIFT, at=NOON, space=space)
    assert [line.done for line in (await moderation.cases.case("ring", 1)).lines] == [Done.RULE, Done.LIFT]


async def test_a_case_lies_in_one_moderators_hands(moderation: Moderation, space: Space) -> None:
    await write(moderation, ADA, "zebra", space)
    assert (await moderation.cases.case("ring", 1)).holder is None
    taken, _ = await moderation.cases.act(MOE, 1, Done.TAKEN_OVER, at=NOON + MINUTE, space=space)
    assert (taken.holder, taken.waits) == (MOE, True)
    handed = await moderation.cases.hand_over(MOE, 1, MAY, "I know her.", at=NOON + 2 * MINUTE, space=space)
    assert handed.holder == MAY
    assert (handed.lines[-1].by, handed.lines[-1].to) == (MOE, MAY)


async def test_a_flag_names_its_case_and_not_who_flagged(moderation: Moderation, space: Space) -> None:
    number = await moderation.cases.flag(ADA, "It frightens me.", space, at=NOON, words="boo")
    story = await moderation.cases.case("ring", number)
    assert (story.lines[0].why, story.lines[0].words, story.lines[0].by) == ("It frightens me.", "boo", None)
    assert story.waits
    assert "frightens" not in json.dumps(await moderation.export(ADA)), "the words of who flagged"


# --- a second look ------------------------------------------------------------------------------------


async def test_an_appeal_goes_to_a_second_moderator_where_there_is_one(
    moderation: Moderation, space: Space
) -> None:
    decision = await write(moderation, ADA, "07700 900123", space)
    assert decision is not None
    await moderation.cases.act(MOE, 1, Done.TAKEN_AWAY, at=NOON, space=space)
    appealed = await moderation.appeals.appeal(
        ADA, decision.case, "It is a helpline.", at=NOON + HOUR, space=space
    )
    assert appealed.appeal_waits
    assert appealed.waits
    await write(moderation, BEN, "zebra", space)
    await moderation.cases.act(MAY, 2, Done.NOTE, "hm", at=NOON, space=space)  # there is another moderator
    with pytest.raises(Refused, match="second-moderator"):
        await moderation.appeals.settle(MOE, 1, False, at=NOON + 2 * HOUR, space=space)
    story, _ = await moderation.appeals.settle(
        MAY, 1, True, "You are right.", at=NOON + 2 * HOUR, space=space
    )
    assert (story.appeal_waits, story.waits, story.undone) == (False, False, True)
    with pytest.raises(Refused, match="no-appeal"):
        await moderation.appeals.settle(MAY, 1, True, at=NOON + 3 * HOUR, space=space)


async def test_whoever_is_right_gets_their_words_back_once(moderation: Moderation) -> None:
    """Also what a moderator took away for good, and what a rule did not hold but remove."""
    snake = "  - {id: snake, when: {words: [snake]}, then: [remove]}\nescalation:"
    space = space_with(SECTION.replace("escalation:", snake))
    for words in ("07700 900123", "a snake"):
        hits = await moderation.judging.met(ADA, Message(words, at=NOON), space)
        await moderation.judging.decide(
            ADA, hits, space, at=NOON, ref="m1", words=words, place=Place("terminal", "#evening", "ring")
        )
    await moderation.cases.act(MOE, 1, Done.TAKEN_AWAY, at=NOON, space=space)
    for case in await moderation.appeals.mine(ADA):
        await moderation.appeals.appeal(ADA, case.id, "It is a helpline.", at=NOON, space=space)
        await moderation.appeals.settle(MAY, case.number, True, at=NOON + HOUR, space=space)
        again = await moderation.cases.again(case.id)
        assert again is not None
        assert again.words in ("07700 900123", "a snake")
        await moderation.cases.act(MOE, case.number, Done.TAKEN_OVER, at=NOON + 2 * HOUR, space=space)
        assert (await moderation.cases.case("ring", case.number)).again is None
        with pytest.raises(Refused, match="decided-already"):
            await moderation.cases.act(MOE, case.number, Done.PUT_BACK, at=NOON + 2 * HOUR, space=space)
    assert len(await moderation.limits.backs("ring")) == 2


async def test_a_moderator_alone_decides_and_so_does_anyone_after_a_week(
    moderation: Moderation, space: Space
) -> None:
    for person in (ADA, BEN):
        await write(moderation, person, "lion", space)
    for number in (1, 2):
        await moderation.cases.act(MOE, number, Done.CLOSED, at=NOON, space=space)
    cases = {person: (await moderation.appeals.mine(person))[0].id for person in (ADA, BEN)}
    await moderation.appeals.appeal(ADA, cases[ADA], "Please.", at=NOON, space=space)
    story, _ = await moderation.appeals.settle(MOE, 1, True, at=NOON + HOUR, space=space)
    assert story.in_force == {}
    await moderation.appeals.appeal(BEN, cases[BEN], "Please.", at=NOON, space=space)
    await moderation.cases.act(MAY, 1, Done.NOTE, "hm", at=NOON, space=space)
    with pytest.raises(Refused, match="second-moderator"):
        await moderation.appeals.settle(MOE, 2, True, at=NOON + 6 * DAY, space=space)
    await moderation.appeals.settle(MOE, 2, True, at=NOON + 7 * DAY, space=space)


async def test_an_appeal_is_ones_own_and_made_once(moderation: Moderation, space: Space) -> None:
    decision = await write(moderation, ADA, "zebra", space)
    assert decision is not None
    with pytest.raises(Refused, match="no-such-case"):
        await moderation.appeals.appeal(BEN, decision.case, "x", at=NOON, space=space)
    with pytest.raises(Refused, match="no-such-case"):
        await moderation.appeals.appeal(ADA, "nothing", "x", at=NOON, space=space)
    await moderation.appeals.appeal(ADA, decision.case, "x", at=NOON, space=space)
    with pytest.raises(Refused, match="appealed-already"):
        await moderation.appeals.appeal(ADA, decision.case, "x", at=NOON, space=space)


# --- the agreement, and nudges refused ----------------------------------------------------------------


async def test_an_agreement_is_asked_again_when_it_changed(moderation: Moderation) -> None:
    assert not await moderation.consent.agreed(ADA, "one")
    await moderation.consent.agree(ADA, "one", at=NOON)
    await moderation.consent.agree(ADA, "one", at=NOON + DAY)
    assert await moderation.consent.agreed(ADA, "one")
    assert not await moderation.consent.agreed(ADA, "two")
    assert not await moderation.consent.agreed(BEN, "one")
    assert not await moderation.consent.agreed(ADA.within("other"), "one")
    await moderation.consent.agree(ADA, "two", at=NOON + DAY)
    assert await moderation.consent.agreed(ADA, "two")


async def test_refused_nudges_are_recorded_and_not_told(moderation: Moderation, space: Space) -> None:
    await moderation.consent.silence(ADA, True)
    await moderation.consent.silence(ADA, True)
    decision = await write(moderation, ADA, "zebra", space)
    assert decision is not None
    assert (decision.told, kinds(decision)) == (False, ["nudge"])
    await moderation.consent.silence(ADA, False)
    assert not await moderation.consent.is_silent(ADA)
    again = await write(moderation, ADA, "zebra", space, NOON + 2 * DAY)
    assert again is not None
    assert again.told


# --- what stays and what goes -------------------------------------------------------------------------


async def rows(storage: Storage, table: str) -> int:
    from sqlalchemy import text

    async with storage.store("rules").read() as session:
        return int((await session.execute(text(f"SELECT count(*) FROM rules_{table}"))).scalar_one())


async def test_the_record_expires_whole(moderation: Moderation, storage: Storage, space: Space) -> None:
    await write(moderation, ADA, "07700 900123", space)
    await moderation.cases.act(MOE, 1, Done.CLOSED, at=NOON, space=space)
    await write(moderation, BEN, "lion", space, NOON + DAY)
    await moderation.age_out(NOON + 30 * DAY - MINUTE)
    assert await rows(storage, "case") == 2
    await moderation.age_out(NOON + 30 * DAY)
    assert [one.number for one in await moderation.cases.record("ring")] == [2]
    await moderation.age_out(NOON + 31 * DAY)
    assert [await rows(storage, table) for table in ("case", "entry", "doer", "sanction")] == [0, 0, 0, 0]


async def test_a_sanction_in_force_outlives_its_retention(moderation: Moderation, storage: Storage) -> None:
    strict = space_with(SECTION.replace("time out: 1d", "time out: 20d").replace("keep: 30d", "keep: 2d"))
    await write(moderation, ADA, "lion", strict)
    await moderation.age_out(NOON + 3 * DAY)
    assert [one.kind for one in await moderation.leaving.in_force(ADA, NOON + 3 * DAY)] == ["time_out"]
    assert await rows(storage, "case") == 1
    await moderation.age_out(NOON + 20 * DAY)
    assert [await rows(storage, table) for table in ("case", "entry", "sanction")] == [0, 0, 0]


async def test_erasing_lifts_nothing_in_force_and_says_what_stays(
    moderation: Moderation, storage: Storage, space: Space
) -> None:
    await write(moderation, ADA, "zebra", space)
    await write(moderation, ADA, "lion", space)
    await write(moderation, ADA, "07700 900123", space)
    await moderation.consent.agree(ADA, "one", at=NOON)
    await moderation.consent.silence(ADA, True)
    stays = {(one.space, one.kind, one.until) for one in await moderation.leaving.in_force(ADA, NOON)}
    assert stays == {
        ("ring", "slow", NOON + 2 * HOUR), ("ring", "time_out", NOON + DAY), ("ring", "case", NOON + 30 * DAY)
    }  # fmt: skip
    await moderation.forget(ADA)
    assert not await moderation.consent.agreed(ADA, "one")
    assert not await moderation.consent.is_silent(ADA)
    assert {one.kind for one in await moderation.leaving.in_force(ADA, NOON)} == {"slow", "time_out", "case"}
    assert [await rows(storage, table) for table in ("case", "entry", "agreed", "silenced")] == [2, 2, 0, 0]
    # What held them ends: what was erased goes, without waiting for its retention.
    await moderation.cases.act(MOE, 3, Done.TAKEN_AWAY, at=NOON, space=space)
    await moderation.age_out(NOON + DAY)
    assert [await rows(storage, table) for table in ("case", "entry", "doer", "sanction")] == [0, 0, 0, 0]
    assert await moderation.leaving.in_force(ADA, NOON) == []


async def test_lifting_the_last_sanction_of_somebody_erased_removes_the_case(
    moderation: Moderation, storage: Storage, space: Space
) -> None:
    await write(moderation, ADA, "lion", space)
    await moderation.forget(ADA)
    story, _ = await moderation.cases.act(MOE, 1, Done.LIFT, "Enough.", at=NOON, space=space)
    assert story.lines[-1].done is Done.LIFT
    assert await rows(storage, "case") == 0


async def test_a_moderator_who_erases_their_data_leaves_the_record_without_their_name(
    moderation: Moderation, storage: Storage, space: Space, path: Path
) -> None:
    await write(moderation, ADA, "07700 900123", space)
    await moderation.cases.act(MOE, 1, Done.NOTE, "Asked her.", at=NOON, space=space)
    await moderation.forget(MOE)
    line = (await moderation.cases.case("ring", 1)).lines[-1]
    assert (line.done, line.why, line.by) == (Done.NOTE, "Asked her.", None)
    assert await rows(storage, "doer") == 0


async def test_a_person_takes_along_what_was_done_about_them_and_not_by_whom(
    moderation: Moderation, space: Space
) -> None:
    await write(moderation, ADA, "07700 900123", space)
    await moderation.cases.act(MOE, 1, Done.TAKEN_AWAY, "It was a number.", at=NOON, space=space)
    await moderation.consent.agree(ADA, "one", at=NOON)
    told = json.dumps(await moderation.export(ADA))
    for words in ("07700 900123", "It was a number.", "calls", "taken-away"):
        assert words in told
    assert "moe" not in told.casefold()
    (own,) = await moderation.export(MOE)
    assert own["done_as_moderator"] == [NOON.isoformat()]
    assert own["cases"] == []
    assert await moderation.export(BEN) == []


async def test_a_repeated_event_is_decided_once(moderation: Moderation, space: Space) -> None:
    from bot.sdk import Cause
    from bot.storage.errors import AlreadyHandled

    hits = await moderation.judging.met(ADA, Message("zebra", at=NOON), space)
    cause = Cause("terminal", "event-1")
    await moderation.judging.decide(ADA, hits, space, at=NOON, cause=cause)
    with pytest.raises(AlreadyHandled):
        await moderation.judging.decide(ADA, hits, space, at=NOON, cause=cause)
    assert len(await moderation.cases.record("ring")) == 1


async def test_an_edit_is_as_old_as_what_it_changes_and_is_not_one_message_more(
    moderation: Moderation,
) -> None:
    space = space_with(
        "list:\n"
        "  - {id: late, when: {message_age: 1d}, then: [report]}\n"
        "  - {id: often, when: {repeat: {same_text: 2, within: 1m}}, then: [report]}\n"
    )
    edit = Message("hello there", at=NOON - 2 * DAY, edited_at=NOON)
    assert [hit.rule for hit in await moderation.judging.met(ADA, edit, space)] == ["late"]
    assert await moderation.judging.met(ADA, Message("hello there", at=NOON), space) == []
