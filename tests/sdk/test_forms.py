"""Forms: what is asked, what counts as an answer, and that nothing typed is lost whatever happens."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from bot.sdk.errors import Refused
from bot.sdk.ports import Answered, Called, Pressed, Submitted, Typed
from bot.storage.errors import AlreadyHandled, StorageLocked

from .door import Bytes, Door, Replies, door

LATE = datetime.timedelta(minutes=29)
BACK = "Here is what you wrote, so that nothing is lost:"


async def fill(house: Door, *answers: str, at: object = None) -> Replies:
    replies = Replies()
    for words in answers:
        replies = await house.does(Answered(words), at=at or house.direct())
    return replies


def question(replies: Replies) -> str:
    form, at = replies.said[-1][1:]
    return str(form.questions[at].label)


def problem(replies: Replies) -> str:
    form, at = replies.said[-1][1:]
    return str(form.questions[at].problem)


# --- question by question -----------------------------------------------------------------------------


async def test_every_kind_of_question(house: Door) -> None:
    asked = await house.does(Called("fill"))
    kinds = [one.kind.value for one in asked.form.questions]
    assert kinds == ["text", "long text", "number", "yes or no", "choice"]
    assert [one.optional for one in asked.form.questions] == [False, True, True, True, True]
    replies = await fill(house, "hello", "a\nb", "12", "ja", "grand")
    assert replies.text == "hello|a\nb|12|True|large"


async def test_what_is_left_out_has_its_default(house: Door) -> None:
    await house.does(Called("fill"))
    assert (await fill(house, "hello", "-", "-", " - ", "-")).text == "hello||0|False|small"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        *((word, True) for word in ("1", "y", "Yes", "JA", "j", "oui", "true", " yes ")),
        *((word, False) for word in ("2", "0", "n", "No", "nein", "non", "false")),
    ],
)
async def test_yes_and_no_in_several_languages_and_by_number(house: Door, answer: str, said: bool) -> None:
    await house.does(Called("fill"))
    assert (await fill(house, "w", "-", "-", answer, "-")).text.split("|")[3] == str(said)


async def test_wrong_answers_are_asked_again_in_place(house: Door) -> None:
    await house.does(Called("fill"))
    assert problem(await fill(house, "-")).startswith("This one needs an answer.")
    assert "40 characters" in problem(await fill(house, "x" * 41))
    await fill(house, "ok", "-")
    assert problem(await fill(house, "many")) == "A number, please, such as 3."
    assert problem(await fill(house, "9" * 40)) == "A number, please, such as 3."
    await fill(house, "3")
    assert problem(await fill(house, "perhaps")) == "Please answer yes or no."
    await fill(house, "no")
    assert problem(await fill(house, "huge")).startswith("Please choose one")
    assert (await fill(house, "3")).text == "ok||3|False|large"


async def test_files_answer_where_a_file_is_asked_for(house: Door) -> None:
    await house.does(Called("bring"))
    assert problem(await fill(house, "no file")) == "Please send a file for this one."
    large = await house.does(Answered("", Bytes("big", b"", size=9_000_000)), at=house.direct())
    assert problem(large) == "Please send a file for this one."
    await house.does(Answered("", Bytes("seeds.txt", b"moss")), at=house.direct())
    assert not house.app.pipeline._drafts._near  # files of many people are not for memory
    assert (await fill(house, "for you")).text == "Noted"
    assert house.bench.notes == ["seeds.txt 4 for you"]


async def test_in_a_direct_conversation_plain_words_are_answers_but_for_stop_and_crisis(house: Door) -> None:
    direct = house.direct()
    await house.does(Called("two"))
    crisis = await house.does(Typed("crisis"), at=direct)
    assert crisis.last.title == "You don't have to be alone with this"
    assert question(await house.does(Typed("help"), at=direct)) == "Second"
    assert (await house.does(Typed("!box open", "box open"), at=house.room())).text == "Opened"
    assert (await house.does(Typed("plant me"), at=direct)).text == "Noted"
    assert house.bench.notes == ["help+plant me"]
    await house.does(Called("two"))
    assert (await house.does(Typed("Stop"), at=direct)).text == "Stopped. Nothing was kept."
    late = await house.does(Typed("!stop", "stop"), at=direct)
    assert late.text == "There is no open question right now."
    assert (await house.does(Answered("late"), at=direct)).text == "There is no open question right now."


async def test_a_second_form_takes_the_place_of_the_first(house: Door) -> None:
    await house.does(Called("two"))
    await fill(house, "half")
    assert question(await house.does(Called("note"))) == "Your note"
    assert (await fill(house, "whole")).text == "Noted"
    assert (await fill(house, "rest")).text == "There is no open question right now."


async def test_try_again_of_one_form_closes_another_that_is_open(house: Door) -> None:
    await house.does(Called("two"))
    refused = await fill(house, "a", "never")
    again = refused.token("Try again")
    await house.does(Called("note"))
    assert question(await house.does(Pressed(again, own=True))) == "First"
    assert (await fill(house, "-", "b")).text == "Noted"
    assert (await fill(house, "more")).text == "There is no open question right now."


async def test_a_form_expires_after_half_an_hour_without_an_answer(tmp_path: Path) -> None:
    async with door(tmp_path) as house:
        await house.does(Called("two"))
        house.clock.set(house.clock() + LATE)
        assert question(await fill(house, "a")) == "Second"
        house.clock.set(house.clock() + LATE)
        refused = await fill(house, "never")
        token = refused.token("Try again")
        house.clock.set(house.clock() + LATE + LATE)
        assert (await fill(house, "b")).text == "There is no open question right now."
        expired = await house.does(Pressed(token, own=True))
        assert expired.text == "That form is no longer open. Nothing was kept; please start again."
        clock = house.clock
    async with door(tmp_path, clock=clock) as house:
        assert (await fill(house, "b")).text == "There is no open question right now."


async def test_a_restart_in_the_middle_and_before_try_again(tmp_path: Path) -> None:
    async with door(tmp_path) as house:
        await house.does(Called("two"))
        await fill(house, "first words")
        clock = house.clock
    async with door(tmp_path, clock=clock) as house:
        refused = await fill(house, "no")
        assert refused.text == "Not that."
        token = refused.token("Try again")
    async with door(tmp_path, clock=clock) as house:
        asked = await house.does(Pressed(token, own=True))
        assert question(asked) == "Second"  # the refused one; the other stays filled
        assert (await fill(house, "yes")).text == "Noted"
        assert house.bench.notes == ["first words+yes"]
        assert (await house.does(Pressed(token, own=True))).text.startswith("That form is no longer open.")


async def test_a_form_whose_cog_is_gone_after_the_restart_blocks_nothing(tmp_path: Path) -> None:
    async with door(tmp_path) as house:
        await house.does(Called("two"))
        clock = house.clock
    async with door(tmp_path, clock=clock, cogs=("crisis", "privacy")) as house:
        gone = await fill(house, "a")
        assert gone.text == "That form is no longer open. Nothing was kept; please start again."
        about = await house.does(Typed("privacy"), at=house.direct())
        assert about.text.startswith("This is what I keep about you")


async def test_a_form_begun_in_a_room_keeps_its_room_though_it_is_answered_directly(house: Door) -> None:
    await house.does(Called("shy"), at=house.room())
    asked = await fill(house, "here")
    assert [label for _, label in asked.form.questions[1].choices] == ["In between", "Big"]
    assert (await fill(house, "big")).text == "here|large|ring"


async def test_options_that_are_not_offered_are_no_answer(native: Door) -> None:
    form = (await native.does(Called("shy"))).form
    refused = await native.does(Submitted(form.token, {"words": "w", "size": "small"}, own=True))
    assert refused.text.startswith("Please choose one")


async def test_nobody_continues_the_form_of_another(house: Door) -> None:
    await house.does(Called("two"))
    other = house.person("other")
    stolen = await house.does(Answered("x"), who=other, at=house.direct("other"))
    assert stolen.text == "There is no open question right now."
    refused = await fill(house, "mine", "never")
    stolen = await house.does(Pressed(refused.token("Try again"), own=True), who=other)
    assert stolen.text.startswith("That form is no longer open.")
    assert question(await house.does(Pressed(refused.token("Try again"), own=True))) == "First"


# --- forms that open as a whole -------------------------------------------------------------------------


async def submit(native: Door, path: str, values: dict[str, object], **args: object) -> Replies:
    form = (await native.does(Called(path, args))).form
    return await native.does(Submitted(form.token, values, own=True))


async def test_a_refusal_keeps_the_words_and_opens_filled(native: Door) -> None:
    refused = await submit(native, "two", {"first": "dear", "second": "no"})
    assert refused.text == "Not that."
    assert refused.last.private
    again = await native.does(Pressed(refused.token("Try again"), own=True))
    assert [one.filled for one in again.form.questions] == ["dear", "no"]
    assert (await native.does(Submitted(again.form.token, {"first": "dear"}, own=True))).text == "Noted"
    twice = await native.does(Submitted(again.form.token, {"first": "dear"}, own=True))
    assert twice.text.startswith("That form is no longer open.")
    assert twice.last.fields[0].text == "dear"
    assert native.bench.notes == ["dear+"]


async def test_a_missing_answer_keeps_the_others(native: Door) -> None:
    refused = await submit(native, "fill", {"story": "long", "words": ""})
    assert refused.text == "This one needs an answer."
    again = await native.does(Pressed(refused.token("Try again"), own=True))
    assert again.form.questions[1].filled == "long"


async def test_options_with_text_travel_in_a_draft_never_in_the_token(native: Door) -> None:
    title = "very private " * 9
    form = (await native.does(Called("titled", {"title": title}))).form
    assert "private" not in form.token
    assert len(form.token) <= 100
    assert (await native.does(Submitted(form.token, {"words": "w"}, own=True))).text == "Noted"
    assert native.bench.notes == [f"{title}: w"]


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (Refused("not-that"), "Not that."),
        (Refused("no-such-text-anywhere"), "Something went wrong on my side"),
        (RuntimeError("boom"), "Something went wrong on my side"),
        (StorageLocked("locked"), "I couldn't save that just now."),
    ],
)
@pytest.mark.parametrize("native_forms", [False, True])
async def test_whatever_fails_the_words_can_be_tried_again(
    tmp_path: Path, error: Exception, says: str, native_forms: bool
) -> None:
    async with door(tmp_path, native_forms=native_forms) as house:
        house.bench.refuse = error
        if native_forms:
            failed = await submit(house, "note", {"words": "with care"})
        else:
            await house.does(Called("note"))
            failed = await fill(house, "with care")
        assert failed.text.startswith(says)
        house.bench.refuse = None
        # What is said next is no answer to the form that failed.
        assert (await fill(house, "other words")).text == "There is no open question right now."
        again = await house.does(Pressed(failed.token("Try again"), own=True))
        assert again.form.questions[0].filled == "with care"
        if native_forms:
            done = await house.does(Submitted(again.form.token, {"words": "with care"}, own=True))
        else:
            done = await fill(house, "-")
        assert done.text == "Noted"
        assert house.bench.notes == ["with care"]


async def test_with_storage_away_the_words_come_back_to_copy(native: Door) -> None:
    native.bench.refuse = StorageLocked("locked")
    failed = await submit(native, "note", {"words": "one\nword"})
    assert [(one.name, one.text, one.copy) for one in failed.last.fields] == [(BACK, "one\nword", True)]
    assert failed.last.private


async def test_words_come_back_from_a_form_that_came_too_late(native: Door) -> None:
    form = (await native.does(Called("titled", {"title": "t"}))).form
    native.clock.set(native.clock() + LATE + LATE)
    late = await native.does(Submitted(form.token, {"words": "took a while"}, own=True))
    assert late.text.startswith("That form is no longer open.")
    assert [(one.name, one.text, one.copy) for one in late.last.fields] == [(BACK, "took a while", True)]


@pytest.mark.parametrize("token", ["", "f!note!!!!", "no token", "f!gone!!!!x", "f!note!!!!" + "0" * 12])
async def test_words_come_back_from_a_form_whose_token_is_none(native: Door, token: str) -> None:
    late = await native.does(Submitted(token, {"words": "mine"}, own=True))
    assert late.text == "This button no longer works. Please use the command again."
    assert late.last.fields[0].text == "mine"


async def test_words_are_kept_when_somebody_is_too_fast(native: Door) -> None:
    form = (await native.does(Called("note"))).form
    for _ in range(40):
        last = await native.does(Called("look"))
    assert last.text.startswith("That was a lot at once.")
    refused = await native.does(Submitted(form.token, {"words": "hurried"}, own=True))
    assert refused.text.startswith("That was a lot at once.")
    assert refused.token("Try again")


async def test_in_crisis_only_mode_the_words_come_back(tmp_path: Path) -> None:
    async with door(tmp_path, native_forms=True) as native:
        form = (await native.does(Called("note"))).form
    (tmp_path / "home" / "master.key").unlink()
    async with door(tmp_path, native_forms=True) as native:
        answer = await native.does(Submitted(form.token, {"words": "mine"}, own=True))
        assert answer.text == "I'm in repair and can't do that right now. /crisis still works."
        assert answer.last.fields[0].text == "mine"


async def test_an_event_that_was_handled_before_closes_its_form(house: Door) -> None:
    house.bench.refuse = AlreadyHandled()
    await house.does(Called("note"))
    assert (await fill(house, "w")).text == "That is done already."
    assert (await fill(house, "x")).text == "There is no open question right now."


WORDS = some.text(some.characters(exclude_categories=("Cs",)), min_size=1, max_size=200).filter(
    lambda words: words.strip() and words.strip() != "-"
)


async def test_whatever_is_typed_comes_back_byte_for_byte_after_a_restart(tmp_path: Path) -> None:
    """One restart for many drafts: each of many people writes something odd."""
    written: dict[str, str] = {}

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(words=WORDS)
    def collect(words: str) -> None:
        written[f"p{len(written)}"] = words

    collect()
    async with door(tmp_path) as house:
        for name, words in written.items():
            who, at = house.person(name), house.direct(name)
            await house.does(Called("two"), who=who)
            await house.does(Answered(words), who=who, at=at)
        clock = house.clock
    async with door(tmp_path, clock=clock) as house:
        for name, words in written.items():
            done = await house.does(Answered("-"), who=house.person(name), at=house.direct(name))
            assert done.text == "Noted", words
            assert house.bench.notes[-1] == f"{words}+"
