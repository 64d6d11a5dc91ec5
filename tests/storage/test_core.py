from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.privacy import keys
from bot.privacy.keyring import Keyring
from bot.scheduling.needs import DueRow, Slot, Step, new_mark
from bot.scheduling.needs import Ledger as Wanted
from bot.storage.core.blobs import Blobs, Facts
from bot.storage.core.drafts import Drafts
from bot.storage.core.ledger import Ledger
from bot.storage.core.profiles import Profiles
from bot.storage.core.reach import Reach, Spaces
from bot.storage.rekey import rekey, without_account
from bot.storage.store import Storage

from .conftest import Clock, opened
from .samples import ADA, BEN, Answer, Cause, Person
from .test_store import keep

HOUR = timedelta(hours=1)


def ledger_of(storage: Storage, spaces: tuple[str, ...] | None = None) -> Ledger[DueRow, Slot]:
    ledger = Ledger(storage, DueRow, Slot, new_mark, spaces)
    promised: Wanted = ledger  # mypy looks whether scheduling gets what it asks for
    assert promised is ledger
    return ledger


def due_row(name: str, due: datetime, space: str = "s1", **more: object) -> DueRow:
    fields = {
        "name": name,
        "space": space,
        "cog": "sample",
        "schedule": "prompt",
        "args": {"room": "!abc:example.org", "n": 1},
        "zone": "Europe/London",
        "rule": "cron 0 20 * * *",
        "grace": timedelta(minutes=30),
        "due": due,
    }
    return DueRow(**{**fields, **more})  # type: ignore[arg-type]  # a mixed dictionary


def next_hour(now: datetime, *, claim: bool = True) -> Callable[[DueRow], Step]:
    return lambda row: Step(claim=row.due if claim else None, next=now + HOUR)


async def test_a_slot_is_claimed_once(storage: Storage, clock: Clock) -> None:
    ledger = ledger_of(storage)
    row = due_row("evening", clock())
    await ledger.upsert_due([row])
    assert await ledger.next_due() == clock()
    (slot,) = await ledger.claim(clock(), 10, next_hour(clock()))
    assert (slot.name, slot.due, slot.claimed_at, slot.args, slot.grace) == (
        "evening", clock(), clock(), row.args, row.grace,
    )  # fmt: skip
    assert 8 <= len(slot.mark) <= 25
    assert await ledger.claim(clock(), 10, next_hour(clock())) == []
    await ledger.upsert_due([row])  # the schedule comes back with the same moment: still only once
    assert await ledger.claim(clock(), 10, next_hour(clock())) == []
    assert await ledger.next_due() == clock() + HOUR
    assert await ledger.uncertain() == [slot]
    await ledger.finish(slot, "sent", "$event")
    assert await ledger.uncertain() == []
    assert await ledger.latest("evening") == slot
    assert await ledger.latest("other") is None


async def test_claims_come_in_order_and_batches(storage: Storage, clock: Clock) -> None:
    ledger = ledger_of(storage)
    await ledger.upsert_due([due_row(f"p{n}", clock() - timedelta(minutes=n // 2)) for n in range(7)])
    first = await ledger.claim(clock(), 3, next_hour(clock()))
    second = await ledger.claim(clock(), 30, next_hour(clock()))
    assert [slot.name for slot in (*first, *second)] == ["p6", "p4", "p5", "p2", "p3", "p0", "p1"]
    assert len({slot.mark for slot in (*first, *second)}) == 7


async def test_what_is_not_claimed_is_skipped_and_ended_rules_go(storage: Storage, clock: Clock) -> None:
    ledger = ledger_of(storage)
    await ledger.upsert_due([due_row("late", clock() - 5 * HOUR), due_row("last", clock())])

    def step(row: DueRow) -> Step:
        if row.name == "late":
            return Step(claim=clock() - HOUR, next=clock() + HOUR)
        return Step(claim=None, next=None)

    (slot,) = await ledger.claim(clock(), 10, step)
    assert (slot.name, slot.due) == ("late", clock() - HOUR)
    assert [row.name for row in await ledger.rows()] == ["late"]
    await ledger.upsert_due([due_row("late", clock() - 5 * HOUR)])
    assert await ledger.claim(clock(), 10, next_hour(clock())) == []  # skipped once is skipped for good


async def test_what_was_not_told_is_known(storage: Storage, clock: Clock) -> None:
    ledger = ledger_of(storage)
    await ledger.upsert_due(
        [due_row(name, clock()) for name in ("told", "untold", "late", "later", "claimed")]
    )

    def step(row: DueRow) -> Step:
        late = row.name.startswith("late")
        return Step(claim=None if late else row.due, next=None, tell=row.name == "later")

    slots = {slot.name: slot for slot in await ledger.claim(clock(), 10, step)}
    await ledger.finish(slots["told"], "sent", "$1")
    await ledger.finish(slots["untold"], "refused", "$2", told=False)
    left = await ledger.untold()
    assert {(slot.name, result, ref) for slot, result, ref in left} == {
        ("untold", "refused", "$2"), ("later", "skipped", None),
    }  # fmt: skip
    assert slots["untold"] in [slot for slot, _, _ in left]
    await ledger.told([slot for slot, _, _ in left])
    await ledger.told([slots["claimed"]])  # still on its way: nothing was told of it
    assert await ledger.untold() == []
    assert await ledger.uncertain() == [slots["claimed"]]
    # After a restore all that was passed over is to be told.
    await ledger.upsert_due([due_row("waits", clock())])
    await ledger.mark_all_before(clock(), step)
    assert {(slot.name, result) for slot, result, _ in await ledger.untold()} == {
        ("claimed", "unknown"), ("waits", "skipped"),
    }  # fmt: skip


async def test_prefixes_are_literal_and_spaces_apart(storage: Storage, clock: Clock) -> None:
    ledger = ledger_of(storage)
    names = ["s_1:a", "sX1:a", "S_1:a", "s_1:b", "s_1"]
    await ledger.upsert_due([due_row(name, clock()) for name in names])
    assert {row.name for row in await ledger.rows("s_1:")} == {"s_1:a", "s_1:b"}
    await ledger.remove_due("s_1:", keep=["s_1:b"])
    assert {row.name for row in await ledger.rows()} == {"sX1:a", "S_1:a", "s_1:b", "s_1"}
    await ledger.upsert_due([due_row("other", clock() - HOUR, space="s2")])
    assert (await ledger_of(storage, ("s2",)).next_due()) == clock() - HOUR
    assert len(await ledger_of(storage, ("s2",)).claim(clock(), 10, next_hour(clock()))) == 1
    assert await ledger_of(storage, ("s3",)).next_due() is None


async def test_a_thousand_due_rows(storage: Storage, clock: Clock) -> None:
    ledger = ledger_of(storage)
    rows = [due_row(f"p{n}", clock()) for n in range(1200)]
    await ledger.upsert_due(rows)
    await ledger.upsert_due([due_row(row.name, clock() + HOUR) for row in rows])
    assert await ledger.next_due() == clock() + HOUR
    await ledger.remove_due("p")
    assert await ledger.next_due() is None


async def test_old_slots_are_forgotten_but_the_latest(storage: Storage, clock: Clock, path: Path) -> None:
    ledger = ledger_of(storage)
    for _ in range(3):
        await ledger.upsert_due([due_row("evening", clock())])
        (slot,) = await ledger.claim(clock(), 1, next_hour(clock()))
        await ledger.finish(slot, "sent", None)
        clock.pass_(days=1)
    await ledger.forget_before(clock())
    assert await ledger.latest("evening") == slot
    raw = sqlite3.connect(path)
    assert raw.execute("SELECT count(*) FROM core_slot").fetchone() == (1,)
    raw.close()


async def test_drafts(storage: Storage, clock: Clock) -> None:
    drafts = Drafts(storage)
    ident = await drafts.put(ADA, {"note": "half a sentence"})
    assert await drafts.get(ident, ADA) == {"note": "half a sentence"}
    assert await drafts.get(ident, BEN) is None
    assert await drafts.put(ADA, {"note": "more"}, draft_id=ident) == ident
    assert await drafts.put(BEN, {"note": "his"}, draft_id=ident) != ident
    assert await drafts.of(ADA) == [(ident, {"note": "more"})]
    await drafts.drop(ident, BEN)
    assert await drafts.get(ident, ADA) is not None
    clock.pass_(minutes=31)
    assert await drafts.get(ident, ADA) is None
    await drafts.purge()
    clock.pass_(minutes=-31)
    assert await drafts.of(ADA) == []


async def test_profiles(storage: Storage, clock: Clock) -> None:
    profiles = Profiles(storage)
    assert await profiles.current("s1") is None
    assert await profiles.add("s1", "name: one", "file", content_hash="abc") == 1
    assert await profiles.add("s1", "name: two", "chat", author=ADA) == 2
    assert await profiles.add("s1", "name: three", "file", content_hash="def", applied=False) == 3
    assert await profiles.add("s2", "name: else", "shipped") == 1
    current = await profiles.current("s1")
    assert current is not None
    assert (current.number, current.text, current.created) == (2, "name: two", clock())
    held = await profiles.last_file("s1")
    assert held is not None
    assert (held.number, held.content_hash, held.applied) == (3, "def", False)
    await profiles.undo("s1", 2)
    back = await profiles.current("s1")
    assert back is not None
    assert back.number == 1
    await profiles.apply("s1", 3)
    assert [row.number for row in await profiles.history("s1", 2)] == [3, 2]
    now_current = await profiles.current("s1")
    assert now_current is not None
    assert now_current.text == "name: three"
    with pytest.raises(LookupError):
        await profiles.undo("s1", 9)


async def test_blobs_and_facts(storage: Storage, path: Path) -> None:
    blobs, facts = Blobs(storage), Facts(storage)
    assert await blobs.get("matrix.keys") is None
    await blobs.put({"matrix.keys": b"pickle" * 1000, "matrix.sync": b"s72594"})
    await blobs.put({"matrix.sync": b"s72595"})
    assert await blobs.get("matrix.sync") == b"s72595"
    assert await blobs.get("matrix.keys") == b"pickle" * 1000
    assert b"s72595" not in path.with_name(path.name + "-wal").read_bytes()
    await blobs.drop("matrix.k")
    assert await blobs.get("matrix.keys") is None
    await facts.put("recovery.confirmed", "ab12")
    await facts.put("recovery.confirmed", "cd34")
    assert await facts.get("recovery.confirmed") == "cd34"
    await facts.drop("recovery.confirmed")
    assert await facts.get("recovery.confirmed") is None


async def test_reach_and_spaces(storage: Storage) -> None:
    reach, spaces = Reach(storage), Spaces(storage)
    there = Person(ADA.platform, ADA.account, "s2")
    assert await reach.chosen(ADA) is None
    await reach.met(ADA)
    await reach.met(ADA)
    assert await reach.chosen(ADA) == "s1"
    await reach.met(there)
    await reach.met(BEN)
    assert await reach.spaces(ADA) == ["s1", "s2"]
    assert await reach.chosen(ADA) is None
    await reach.choose(there)
    assert await reach.chosen(ADA) == "s2"
    await reach.choose(ADA)
    assert await reach.chosen(there) == "s1"
    assert len(await reach.everybody()) == 3
    ident = await spaces.add("discord", "80351110224678912", "Evening people")
    assert await spaces.add("discord", "80351110224678912", "Other name") == ident
    assert await spaces.find("discord", "80351110224678912") == ident
    assert await spaces.find("matrix", "80351110224678912") is None
    (known,) = await spaces.all()
    assert (known.name, known.platform, known.place) == ("Evening people", "discord", "80351110224678912")


async def test_rotating_the_master_key_changes_no_row(
    path: Path, master: keys.MasterKey, clock: Clock
) -> None:
    storage = await opened(path, master, clock)
    store = storage.store("sample")
    await keep(store)
    before, who = _rows(path), await store.who(ADA)
    ring = storage.keys
    assert isinstance(ring, Keyring)
    new = keys.make()
    await ring.rotate(new)
    await storage.close()
    with pytest.raises(keys.MasterKeyWrong):
        await opened(path, master, clock)
    assert _rows(path) == before
    storage = await opened(path, new, clock)
    assert await storage.store("sample").who(ADA) == who
    async with storage.store("sample").read() as session:
        assert [row.note for row in await _answers(session)] == ["the river at night"]
    await storage.close()


async def _answers(session: AsyncSession) -> list[Answer]:
    return list(await session.scalars(select(Answer).order_by(Answer.at)))


def _rows(path: Path) -> list[tuple[object, ...]]:
    raw = sqlite3.connect(path)
    try:
        return raw.execute("SELECT * FROM sample_answer ORDER BY id").fetchall()
    finally:
        raw.close()


async def test_rekey_after_a_theft(path: Path, master: keys.MasterKey, clock: Clock) -> None:
    storage = await opened(path, master, clock)
    store = storage.store("sample")
    await keep(store)
    await keep(store, BEN, note="his")
    reach, blobs, drafts = Reach(storage), Blobs(storage), Drafts(storage)
    await reach.choose(ADA)
    await blobs.put({"matrix.keys": b"pickle"})
    ident = await drafts.put(ADA, {"note": "half"})
    space = await Spaces(storage).add("discord", "42", "Evening")
    await ledger_of(storage).upsert_due([due_row("evening", clock())])
    async with store.write(Cause("discord", "1")):
        pass
    old_rows, old_who = _rows(path), await store.who(ADA)

    ring = storage.keys
    assert isinstance(ring, Keyring)
    renewal = await ring.renew(new := keys.make())
    assert without_account() == []
    assert await rekey(storage, renewal) == 0
    ring.adopt(renewal)
    storage.relock()
    assert await storage.database.empty_log()

    for _ in range(2):  # at once, and after a restart under the new key
        store = storage.store("sample")
        assert await store.who(ADA) != old_who
        async with store.read() as session:
            found = {row.who: row.note for row in await _answers(session)}
        assert found == {await store.who(ADA): "the river at night", await store.who(BEN): "his"}
        assert await Reach(storage).chosen(ADA) == "s1"
        await Reach(storage).met(ADA)
        assert await Reach(storage).spaces(ADA) == ["s1"]
        assert await Blobs(storage).get("matrix.keys") == b"pickle"
        assert await Drafts(storage).get(ident, ADA) == {"note": "half"}
        assert await Spaces(storage).find("discord", "42") == space
        assert [row.args["n"] for row in await ledger_of(storage).rows()] == [1]
        await storage.close()
        storage = await opened(path, new, clock)
    await storage.close()
    held = path.read_bytes()
    stolen = [value for row in old_rows for value in row if isinstance(value, bytes)]
    assert [value for value in (*stolen, old_who) if value in held] == []
    with pytest.raises(keys.MasterKeyWrong):
        await opened(path, master, clock)
