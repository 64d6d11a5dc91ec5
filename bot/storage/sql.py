"""Statements that SQLite and PostgreSQL spell alike, but SQLAlchemy's neutral language does not have."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncSession


def _insert(session: AsyncSession, table: Table) -> Any:
    # Imported when used: both at every start would cost 27 ms and some MiB.
    if session.get_bind().dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as on_postgresql

        return on_postgresql(table)
    from sqlalchemy.dialects.sqlite import insert as on_sqlite

    return on_sqlite(table)


async def insert_unless_there(session: AsyncSession, table: Table, values: Mapping[str, Any]) -> bool:
    """Insert a row unless one with its key is there; whether it was inserted."""
    done: Any = await session.execute(_insert(session, table).values(**values).on_conflict_do_nothing())
    return bool(done.rowcount)


async def insert_or_change(
    session: AsyncSession, table: Table, values: Mapping[str, Any], key: Collection[str]
) -> None:
    """Insert a row, or change the one with the same `key` columns."""
    statement = _insert(session, table).values(**values)
    changed = {name: statement.excluded[name] for name in values if name not in key}
    await session.execute(statement.on_conflict_do_update(index_elements=list(key), set_=changed))
