from __future__ import annotations

import datetime
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.storage.errors import AlreadyHandled
from bot.storage.migrations import CORE, differences
from bot.storage.rows import account_text
from bot.storage.store import Storage, Store

from .conftest import Clock
from .samples import ADA, SAMPLE, Answer, Cause, Mood, Person


async def keep(
    store: Store, person: Person = ADA, note: str | None = "the river at night", **more: object
) -> Answer:
    answer = Answer(
        who=await store.who(person),
        account=account_text(person),
        mood=Mood.HEAVY,
        note=note,
        at=store.now(),
        **more,
    )
    async with store.write() as session:
        session.add(answer)
    return answer


async def test_what_is_kept_reads_back(storage: Storage) -> None:
    store = storage.store("sample")
    kept = await keep(store, extra={"a": 1})
    async with store.read() as session:
        found = (await session.scalars(select(Answer).where(Answer.who == await store.who(ADA)))).one()
    assert (found.id, found.mood, found.note, found.extra) == (
        kept.id,
        Mood.HEAVY,
        "the river at night",
        {"a": 1},
    )
    assert found.at == datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)


async def test_an_event_counts_once(storage: Storage) -> None:
    store = storage.store("sample")
    cause = Cause("discord", "1234")
    async with store.write(cause):
        pass
    with pytest.raises(AlreadyHandled):
        async with store.write(cause):
            pytest.fail("the block must not run")


async def test_migrations_equal_tables(storage: Storage, path: Path) -> None:
    assert differences(path, CORE, "core_") == []
    assert differences(path, SAMPLE, "sample_") == []
