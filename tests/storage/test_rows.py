from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import StatementError

from bot.privacy.keyring import DoesNotOpen
from bot.storage.rows import Row, account_parts, account_text, new_id
from bot.storage.store import Storage

from .samples import ADA, BEN, Answer, Mood
from .test_store import keep


@pytest.mark.parametrize(
    "compare",
    [
        lambda: Answer.mood == Mood.HEAVY,
        lambda: Answer.mood != Mood.HEAVY,
        lambda: Answer.note < "x",
        lambda: Answer.note.in_(["x"]),
        lambda: Answer.note.like("x"),
        lambda: Answer.note.desc(),
        lambda: Answer.note.is_(None),
        lambda: select(Answer.note),
        lambda: select(Answer).order_by(Answer.note),
        lambda: select(Answer).where(Answer.note),
        lambda: Answer.__table__.c.note == "x",
        lambda: Answer.__table__.c.note.in_(["x"]),
    ],
)
def test_comparing_a_sealed_column_raises(compare: Callable[[], object]) -> None:
    with pytest.raises(TypeError, match="sealed column"):
        compare()


async def test_nothing_unsealed_gets_in(storage: Storage) -> None:
    store = storage.store("sample")
    kept = await keep(store)
    table = Row.metadata.tables["sample_answer"]
    for statement in (
        insert(table).values(id="x", who=b"x", account="a", mood="m", note="n", extra="e", at=store.now()),
        update(table).where(table.c.id == kept.id).values(note=b"plain words"),
    ):
        with pytest.raises(StatementError) as caught:
            async with store.write() as session:
                await session.execute(statement)
        assert "plain words" not in str(caught.value)


async def test_values_change_and_stay(storage: Storage) -> None:
    store = storage.store("sample")
    kept = await keep(store, note=None)
    assert kept.note is None
    async with store.write() as session:
        found = await session.get_one(Answer, kept.id)
        found.note, found.mood = "better", Mood.LIGHT
        assert (found.note, found.mood) == ("better", Mood.LIGHT)
    async with store.read() as session:
        again = await session.get_one(Answer, kept.id)
    assert (again.note, again.mood, again.extra) == ("better", Mood.LIGHT, None)


async def test_absent_and_short_look_the_same(storage: Storage, path: Path) -> None:
    store = storage.store("sample")
    await keep(store, note=None)
    await keep(store, note="no")
    await keep(store, BEN, note="a few words more")
    with sqlite3.connect(path) as raw:
        sizes = raw.execute("SELECT DISTINCT length(note) FROM sample_answer").fetchall()
        accounts = raw.execute("SELECT DISTINCT length(account) FROM sample_answer").fetchall()
    raw.close()
    assert (len(sizes), len(accounts)) == (1, 1)


async def test_a_value_that_was_not_given_is_refused(storage: Storage) -> None:
    store = storage.store("sample")
    with pytest.raises(AttributeError, match="mood was not set"):
        async with store.write() as session:
            session.add(Answer(who=b"x" * 32, account=account_text(ADA), note="x", at=store.now()))
    with pytest.raises(TypeError, match="cannot be None"):
        Answer(mood=None)
    with pytest.raises(TypeError, match="no column colour"):
        Answer(colour="red")
    with pytest.raises(TypeError):
        Answer(mood=object())


@pytest.mark.parametrize("where", ["row", "column"])
async def test_a_moved_value_does_not_open(storage: Storage, path: Path, where: str) -> None:
    store = storage.store("sample")
    first, second = await keep(store), await keep(store, BEN, note="mine")
    with sqlite3.connect(path) as raw:
        if where == "row":
            raw.execute(
                "UPDATE sample_answer SET note = (SELECT note FROM sample_answer WHERE id = ?) WHERE id = ?",
                (first.id, second.id),
            )
        else:
            raw.execute("UPDATE sample_answer SET note = mood WHERE id = ?", (second.id,))
    raw.close()
    async with store.read() as session:
        moved = await session.get_one(Answer, second.id)
        with pytest.raises(DoesNotOpen):
            _ = moved.note
        assert (await session.get_one(Answer, first.id)).note == "the river at night"


async def test_naive_times_are_refused(storage: Storage) -> None:
    store = storage.store("sample")
    with pytest.raises(StatementError, match="without a time zone"):
        async with store.write() as session:
            session.add(
                Answer(
                    who=b"x" * 32,
                    account=account_text(ADA),
                    mood=Mood.LIGHT,
                    at=datetime.datetime(2026, 3, 1),  # noqa: DTZ001 - the point
                )
            )


async def test_times_come_back_in_utc(storage: Storage) -> None:
    store = storage.store("sample")
    tokyo = datetime.datetime(2026, 3, 1, 9, 30, tzinfo=datetime.timezone(datetime.timedelta(hours=9)))
    async with store.write() as session:
        row = Answer(who=b"x" * 32, account=account_text(ADA), mood=Mood.LIGHT, at=tokyo)
        session.add(row)
    async with store.read() as session:
        found = await session.get_one(Answer, row.id)
        assert (await session.scalars(select(Answer).where(Answer.at <= tokyo))).all() == [found]
    assert found.at == tokyo
    assert found.at.tzinfo is datetime.UTC


def test_ids_are_short_and_random() -> None:
    ids = {new_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert {len(found) for found in ids} == {16}
    assert all(found.isalnum() and found.islower() for found in ids if not found.isdigit())


def test_no_repr_shows_a_value() -> None:
    row = Answer(mood=Mood.HEAVY, note="the river", account=account_text(ADA))
    for text in (repr(row), str(row.__dict__)):
        assert "river" not in text
        assert "lovelace" not in text
        assert "zentner" not in text


def test_accounts_read_back() -> None:
    assert account_parts(account_text(ADA)) == (ADA.platform, ADA.account, ADA.space)


def test_a_cog_is_named_by_its_folder() -> None:
    class Elsewhere(Row):
        __abstract__ = True
        __module__ = "cogs.checkins.tables"

    assert Elsewhere.__cog__ == "checkins"


async def test_a_row_without_a_store_opens_nothing(storage: Storage) -> None:
    store = storage.store("sample")
    kept = await keep(store)
    async with storage.bare_read() as session:
        found = await session.get_one(Answer, kept.id)
        with pytest.raises(LookupError, match="store of sample"):
            _ = found.note
