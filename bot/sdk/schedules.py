"""When something is due: a rule on the wall clock of a zone, and what to know about it then."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping

from bot.scheduling.due import CronRule as Cron
from bot.scheduling.due import DailyRule as Daily
from bot.scheduling.due import OnceRule as Once
from bot.scheduling.due import resolve_wall

from .people import Person, Place

Rule = Cron | Daily | Once

__all__ = ["Cron", "Daily", "Once", "Planned", "Rule", "resolve_wall"]


@dataclasses.dataclass(frozen=True, slots=True)
class Planned:
    """One thing that comes round. `name` is unique within its schedule and space, and stays the same
    when the time is edited. `zone` is an IANA name; a slot missed by less than `grace` is still sent,
    once. `args` come back with the slot, sealed in between. `to` is who or what room it is for, as far as
    that is known by now (a room by its name in the profile): so nothing for another platform waits where
    one is away."""

    name: str
    rule: Rule = dataclasses.field(repr=False)
    zone: str = dataclasses.field(repr=False)
    grace: datetime.timedelta = datetime.timedelta(hours=2)
    args: Mapping[str, object] = dataclasses.field(default_factory=dict, repr=False)
    to: Person | Place | str = dataclasses.field(default="", repr=False)
