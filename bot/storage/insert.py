"""One new row in one trip to the database's thread.

A session is right for everything else; for the commonest write of all, a row that nobody has seen yet, the
unit of work, the adapter to asyncio and six trips to the thread cost five times what SQLite itself does
(`benchmarks/`). What is in the row and what the file holds afterwards are the same either way.
"""

from __future__ import annotations

import dataclasses
import functools
import sqlite3
from collections.abc import Callable, Mapping
from typing import Any, cast

from sqlalchemy import Table
from sqlalchemy.dialects import sqlite

from .errors import AlreadyHandled
from .needs import Sealing
from .rows import Row, Sealed

NOTE = "INSERT INTO core_handled (hash, lane, batch) VALUES (:hash, :lane, :batch) ON CONFLICT DO NOTHING"
"""Notes an event as handled; no row where it was noted before."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Insertion:
    """A table's INSERT for SQLite. `values` gives each column's value in order."""

    sql: str
    values: tuple[tuple[str, Sealed[Any] | None, Callable[[Any], Any] | None], ...]

    def of(self, row: Row, key: Sealing) -> list[Any]:
        """What is stored of `row`: sealed values sealed, times in UTC."""
        held = []
        for name, sealed_at, bind in self.values:
            if sealed_at is not None:
                held.append(sealed_at.sealed(row, key))
            else:
                value = getattr(row, name)
                held.append(bind(value) if bind is not None else value)
        return held


def insertion(
    row: Row, keys: Mapping[str, Sealing], handled: Mapping[str, object] | None
) -> Callable[[sqlite3.Connection], bool]:
    """What is to be done inside a transaction of the writer's thread: note the event, insert the row.

    The values are sealed here and now. True: the row is in. False: one with its id is there already.
    Raises AlreadyHandled where the event was noted before. In all but the
    first case the transaction is to be undone.
    """
    made = _insertion(type(row))
    values = made.of(row, keys[row.__cog__])

    def work(raw: sqlite3.Connection) -> bool:
        if handled is not None and not raw.execute(NOTE, handled).rowcount:
            raise AlreadyHandled
        return raw.execute(made.sql, values).rowcount == 1

    return work


@functools.cache
def _insertion(kind: type[Row]) -> _Insertion:
    # pysqlite's dialect, which every SQLite driver of SQLAlchemy shares; the statement is the same.
    dialect = sqlite.dialect()
    table = cast(Table, kind.__table__)
    columns = {column.key: column for column in table.columns}
    told = sqlite.insert(table).on_conflict_do_nothing(index_elements=["id"])
    compiled = told.compile(dialect=dialect)
    assert compiled.positiontup is not None
    values = []
    for name in compiled.positiontup:
        column = columns[name]
        if column.default is not None:
            raise TypeError(f"{kind.__name__}.{name} has a default, which only a session fills in")
        sealed_at = kind.__sealed__.get(name)
        bind = None if sealed_at is not None else column.type.dialect_impl(dialect).bind_processor(dialect)
        values.append((name, sealed_at, bind))
    return _Insertion(str(compiled), tuple(values))
