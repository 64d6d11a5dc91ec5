"""Enters schedules as rows of the ledger, whatever lane they are in."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.scheduling import plan
from bot.scheduling.needs import DueRow, Ledger, Wanted

_IN_ONE_GO = 30
"""Schedules that are planned before others on the event loop have their turn."""


async def stand(
    ledger: Ledger, wanted: Sequence[Wanted], before: Mapping[str, DueRow], now: datetime
) -> list[DueRow]:
    """The rows that these schedules have from now on; `before` holds those that stand, by name. Raises
    `BadRule`, `UnknownZone`, and what the ledger raises."""
    rows = []
    for at, one in enumerate(wanted, 1):
        if at % _IN_ONE_GO == 0:
            await asyncio.sleep(0)  # a community with hundreds of schedules lets others speak in between
        row = before.get(one.name)
        each = one if row is None else plan.in_lane(one, row)
        if row is not None and plan.keeps(row, each, now):
            rows.append(plan.waiting(each, row.due))
        elif (due := plan.first_due(each, await ledger.latest(each.name), now)) is not None:
            rows.append(plan.waiting(each, due))
    return rows


async def write(ledger: Ledger, rows: Sequence[DueRow], before: Mapping[str, DueRow]) -> None:
    """Write those of the rows that are not as they were before."""
    changed = [row for row in rows if row != before.get(row.name)]
    if changed:
        await ledger.upsert_due(changed)
