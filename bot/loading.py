"""Cogs by name, dotted path or entry point; a broken one is reported with its reason and left out."""

from __future__ import annotations

import dataclasses
import importlib
import importlib.metadata
import importlib.util
import logging
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from bot.communities import profile_model
from bot.sdk.catalogue import Catalogue, Loaded
from bot.sdk.commands import Cog
from bot.sdk.context import Supplies
from bot.sdk.texts import Texts

log = logging.getLogger("hearth")

SHIPPED = ("crisis", "checkins", "sharing", "rules", "privacy", "help", "config")
ENTRY_POINTS = "hearth.cogs"


@dataclasses.dataclass(frozen=True, slots=True)
class Broken:
    """A cog that was left out, and why in one sentence. The reason names no member's words."""

    name: str
    reason: str


def find(name: str) -> Cog[Any]:
    """The cog that a name means: a shipped one (`checkins`), a dotted path (`ourgroup.cogs.garden`),
    or an entry point of the group `hearth.cogs`. Raises whatever its import raises."""
    if "." in name:
        module = importlib.import_module(name)
    elif importlib.util.find_spec(f"cogs.{name}") is not None:
        module = importlib.import_module(f"cogs.{name}")
    else:
        entries = importlib.metadata.entry_points(group=ENTRY_POINTS, name=name)
        if not entries:
            raise LookupError(f"there is no cog called {name!r}: not among the shipped ones, not installed")
        found = next(iter(entries)).load()
        if isinstance(found, Cog):
            return found
        module = found
    cog = getattr(module, "cog", None)
    if not isinstance(cog, Cog):
        raise LookupError(f"{name!r} has no variable `cog` that is a Cog")  # noqa: TRY004 - not a type of ours
    return cog


def folder_of(cog: Cog[Any]) -> Path:
    """The folder a cog lies in: its texts and migrations are there."""
    spec = importlib.util.find_spec(cog.package)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


def find_all(names: Iterable[str]) -> tuple[list[Cog[Any]], list[Broken]]:
    """Every cog that can be imported, and those that cannot."""
    cogs, broken = [], []
    for name in names:
        try:
            cogs.append(find(name))
        except (Exception, SystemExit) as error:
            broken.append(Broken(name, reason_of(error)))
    return cogs, broken


def take_in(
    cogs: Iterable[Cog[Any]], texts: Texts, supplies: Callable[[Cog[Any]], Supplies], *, working: bool
) -> tuple[Catalogue, list[Broken]]:
    """Read each cog's texts, build its service and enter its commands.

    When not `working` (no storage), cogs that store have no service: their commands are known, so that
    platforms go on showing them, and each is refused with one sentence.
    """
    catalogue = Catalogue((), texts)
    broken = []
    # What answers always comes first: no other cog can take its name or its commands.
    for cog in sorted(cogs, key=lambda one: not any(command.always for command in one.commands.values())):
        if cog.name in catalogue.cogs:
            broken.append(Broken(cog.name, f"there is a cog called {cog.name!r} already"))
            continue
        try:
            profile_model([cog])
            texts.add(cog.name, folder_of(cog) / "texts")
            able = cog.service is not None and (working or not cog.stores)
            service = cog.service(supplies(cog)) if able and cog.service is not None else None
            catalogue.add(Loaded(cog, service, defaults_of(cog)))
            catalogue.described()
        except (Exception, SystemExit) as error:
            catalogue.leave_out(cog.name)
            broken.append(Broken(cog.name, reason_of(error)))
    return catalogue, broken


def with_sections(loaded: Iterable[Cog[Any]]) -> list[Cog[Any]]:
    """Every cog whose section a profile may have: those that are loaded, and those that ship and were left
    out, by the operator or because something broke. A profile stays in force without them."""
    known = {cog.name: cog for cog in loaded}
    for cog in find_all(name for name in SHIPPED if name not in known)[0]:
        try:
            profile_model([*known.values(), cog])
        except (Exception, SystemExit):  # its section is what broke it
            log.debug("the section of %s cannot be read", cog.name)
        else:
            known.setdefault(cog.name, cog)
    return list(known.values())


def defaults_of(cog: Cog[Any]) -> Any:
    """A cog's settings where a profile says nothing; None where something must be said."""
    if cog.settings is None or any(field.is_required() for field in cog.settings.model_fields.values()):
        return None
    return cog.settings()


def reason_of(error: BaseException) -> str:
    """Why, for the operator: a declaration's own sentence, else the kind of error and where it arose."""
    step = error.__traceback__
    where = ""
    while step is not None:
        where = f"{Path(step.tb_frame.f_code.co_filename).name}:{step.tb_lineno}"
        step = step.tb_next
    return f"{type(error).__name__} at {where}: {error}"
