"""The names of what ships with Hearth, to hold a profile against."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Mapping

from bot import shipped


def known_names() -> Mapping[str, Collection[str]]:
    """The ids of helplines, the names of sets of prompts, of packs of rules and of the rules in them; what
    cannot be read is left out."""
    from cogs.checkins.questions import read_sets
    from cogs.crisis.service import Directory
    from cogs.rules.matching.packs import FALLBACK, read_packs

    known: dict[str, Collection[str]] = {"helplines": Directory.load(shipped.DATA / "helplines").ids()}
    with contextlib.suppress(OSError, ValueError):  # a broken set is no fault of the profile
        known["prompts"] = tuple(read_sets(shipped.DATA / "prompts"))
    with contextlib.suppress(OSError, ValueError):
        packs = read_packs(shipped.DATA / "rules", FALLBACK)
        known["packs"] = tuple(packs)
        known["pack rules"] = tuple(rule.id for pack in packs.values() for rule in pack.rules)
    return known
