"""How one event is answered: in time, once, in order, and with a code where something broke."""

from __future__ import annotations

import asyncio
import gc
import re
import sqlite3
from pathlib import Path

import pytest

import bot.sdk.pipeline
from bot.sdk.ports import Answered, Called, Pressed, Submitted, Typed
from bot.storage.errors import AlreadyHandled
from bot.testing.turns import until

from .door import Door, Replies, door


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that is not there at once is announced."""
    monkeypatch.setattr(bot.sdk.pipeline, "_PATIENCE", 0.0)


async def test_a_slow_answer_is_announced_privately_and_once(house: Door, impatient: None) -> None:
    replies = Replies()
    task = asyncio.create_task(house.does(Called("waits"), replies=replies))
    await until(lambda: replies.said)
    assert replies.said == [("defer", True)]
    house.bench.gate.set()
    await task
    assert replies.kinds == ["defer", "show"]


async def test_whoever_waits_for_their_own_turn_is_told_so(house: Door, impatient: None) -> None:
    first = asyncio.create_task(house.does(Called("waits")))
    await house.bench.begun.wait()
    second = Replies()
    waiting = asyncio.create_task(house.does(Called("look"), replies=second))
    await until(lambda: second.said)
    assert second.said == [("defer", True)]
    # Others, and whoever needs help now, do not wait.
    assert (await house.does(Called("look"), who=house.person("other"))).text == "Looked 0"
    for what, at in (
        (Called("crisis"), None), (Typed("crisis"), house.direct()), (Typed("x", "crisis GB"), None),
        (Pressed("r!crisis!!!!0"), None),
    ):  # fmt: skip
        assert (await house.does(what, at=at)).shown
    house.bench.gate.set()
    await first
    await waiting
    assert second.text == "Looked 0"


async def test_a_form_that_opens_is_the_first_answer(native: Door, impatient: None) -> None:
    gate = asyncio.create_task(native.does(Called("waits")))
    await native.bench.begun.wait()
    replies = Replies()
    waiting = asyncio.create_task(native.does(Called("note"), replies=replies))
    for _ in range(20):
        await asyncio.sleep(0)
    native.bench.gate.set()
    await gate
    await waiting
    assert replies.kinds == ["open"]


async def test_slow_work_is_deferred_first_and_tells_how_it_goes(house: Door) -> None:
    replies = await house.does(Called("crawls"))
    assert replies.said[:2] == [("defer", True), ("progress", "Half way")]
    assert replies.text == "Done"


@pytest.mark.parametrize("fails", ["defer", "progress"])
async def test_what_is_only_manners_may_fail(house: Door, fails: str) -> None:
    replies = await house.does(Called("crawls"), replies=Replies(fails=frozenset({fails})))
    assert replies.text == "Done"


async def test_a_deferral_that_fails_late_is_never_an_unheard_exception(
    house: Door, impatient: None, caplog: pytest.LogCaptureFixture
) -> None:
    replies = Replies(fails=frozenset({"defer"}))
    task = asyncio.create_task(house.does(Called("waits"), replies=replies))
    await house.bench.begun.wait()
    for _ in range(5):
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    del task
    await asyncio.sleep(0)
    gc.collect()
    assert "never retrieved" not in caplog.text


async def test_an_event_that_comes_twice_is_handled_once(house: Door) -> None:
    first = await house.does(Called("say", {"words": "hello"}), id="the same")
    again = await house.does(Called("say", {"words": "hello"}), id="the same")
    assert len(first.said) == 1
    assert again.said == []


async def test_two_presses_at_once_are_taken_one_after_the_other(house: Door) -> None:
    first = asyncio.create_task(house.does(Called("waits")))
    await house.bench.begun.wait()
    second = asyncio.create_task(house.does(Called("waits")))
    for _ in range(20):
        await asyncio.sleep(0)
    assert house.bench.runs == ["waits"]
    house.bench.gate.set()
    await asyncio.gather(first, second)
    assert house.bench.runs == ["waits", "waits"]


async def test_what_was_handled_before_is_said_to_be_done(house: Door) -> None:
    house.bench.refuse = AlreadyHandled()
    await house.does(Called("note"))
    assert (await house.does(Answered("w"), at=house.direct())).text == "That is done already."


async def test_a_command_that_only_posts_says_that_it_is_done(house: Door) -> None:
    told = await house.does(Called("tells"))
    assert told.text == "Done."
    assert told.last.private
    assert [shown.text for _, shown, _ in house.house.posted] == ["Swept"]
    house.house.rooms.clear()
    assert (await house.does(Called("tells"))).text == "I can't see that room."


async def test_a_refusal_without_a_text_is_an_apology_with_a_code(
    house: Door, caplog: pytest.LogCaptureFixture
) -> None:
    replies = await house.does(Called("speechless"))
    code = re.search(r"code ([0-9A-F]{6})\.", replies.text)
    assert code
    assert code[1] in [getattr(one, "reference", None) for one in caplog.records]


async def test_suggestions_fit_and_never_fail(house: Door, caplog: pytest.LogCaptureFixture) -> None:
    suggest, who, room = house.app.pipeline.suggest, house.person(), house.room()
    assert [(one.value, str(one.label)) for one in suggest("plant", "what", "mo", who, room)] == [
        ("moss", "Moss")
    ]
    for path, option, typed in (("plant", "what", "boom"), ("gone", "what", ""), ("plant", "nothing", "")):
        assert list(suggest(path, option, typed, who, room)) == []
    assert "suggesting for plant failed: RuntimeError" in caplog.text


async def test_crisis_in_a_direct_conversation_asks_no_storage(tmp_path: Path) -> None:
    """Whether a form is open is in the database, which somebody else may hold."""
    async with door(tmp_path) as house:
        await house.does(Called("note"))
        house.app.pipeline.dialogues._drafts._near.clear()

        async def never(*_: object) -> None:
            raise AssertionError("storage was asked")

        house.app.pipeline.dialogues.open_for = never
        for line in ("crisis", "Crisis!", "krise", "crisis I need help"):
            replies = await house.does(Typed(line), at=house.direct())
            assert replies.last.title, line


# --- secrecy ------------------------------------------------------------------------------------------

MARK = "zq7mark"


async def test_no_word_name_or_account_gets_into_a_log_or_a_file(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(0)
    async with door(tmp_path) as house:
        who = house.person(MARK, roles=frozenset({MARK}))
        at = house.direct(MARK)
        words = f"{MARK} secret words"

        async def does(what: object, *, direct: bool = False, replies: Replies | None = None) -> Replies:
            return await house.does(what, who=who, at=at if direct else None, replies=replies)

        failed = await does(Called("fails", {"words": words}))
        code = re.search(r"code ([0-9A-F]{6})\.", failed.text)
        assert code
        assert MARK not in failed.text
        assert code[1] in [getattr(one, "reference", None) for one in caplog.records]
        for what in (
            Typed(words, words), Typed(words, f"plant {words} count:{MARK}"), Pressed(MARK), Called(MARK),
            Submitted(MARK, {MARK: words}), Called("plant", {"what": words, "size": MARK}),
            Called("speechless"), Typed("x", "box " + words), Called("crisis", {"country": words}),
        ):  # fmt: skip
            await does(what)
        await does(Called("note"))
        house.bench.refuse = RuntimeError(words)
        await does(Answered(words), direct=True)
        house.bench.refuse = None
        await does(Called("two"))
        await does(Answered(words), direct=True)  # stays a draft
        await does(Called("crawls"), replies=Replies(fails=frozenset({"defer", "progress"})))
        house.app.pipeline.suggest("plant", "what", words, who, house.room())
        database = house.app.storage.database.path
        lock = sqlite3.connect(database)
        lock.close()
    said = capsys.readouterr()
    for record in caplog.records:
        held = " ".join(str(value) for value in record.__dict__.values())
        assert MARK not in record.getMessage() + held, record
        assert record.exc_info is None
    assert MARK not in said.out + said.err
    for file in tmp_path.rglob("*"):
        if file.is_file():
            assert MARK.encode() not in file.read_bytes(), file.name


async def test_what_an_event_posts_keeps_its_mark_when_the_event_comes_again_after_a_crash(
    tmp_path: Path,
) -> None:
    marks = []
    for id in ("the same", "the same", "another"):
        async with door(tmp_path) as house:
            await house.does(Called("tells"), id=id)
            marks += [mark for _, _, mark in house.house.posted]
    assert marks[0] == marks[1] != marks[2]
    assert all("same" not in mark and len(mark) <= 25 for mark in marks)


async def test_no_repr_of_what_passes_through_tells_words_or_accounts() -> None:
    from bot.sdk.drafts import Draft
    from bot.sdk.people import Person, Place
    from bot.sdk.ports import Event
    from bot.sdk.words import Field, Plain, Post, Shown, ShownField, Table, View, text

    person = Person("p", MARK, "s", name=MARK, roles=frozenset({MARK}))
    place = Place("p", MARK, name=MARK, parent=MARK)
    for one in (
        person, place, Event(MARK, person, place, Typed(MARK, MARK)), Called("x", {"a": MARK}),
        Answered(MARK), Draft(person, "x", "s", args={"a": MARK}, values={"b": MARK}),
        Submitted(MARK, {"a": MARK}), Pressed(MARK),
        text("key", words=Plain(MARK)), View(Plain(MARK), fields=[Field(Plain(MARK), Plain(MARK))]),
        Table([Plain(MARK)], [[Plain(MARK)]]), Post(person, View("x", words=Plain(MARK))), Plain(MARK),
        Shown(text=MARK, fields=(ShownField(MARK, MARK),)), ShownField(MARK, MARK),
    ):  # fmt: skip
        assert MARK not in repr(one), type(one).__name__
