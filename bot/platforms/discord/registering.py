"""Commands as Discord registers them: from their description in every language, and only when they changed.

https://docs.discord.com/developers/interactions/application-commands
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.sdk.commands import Described, DescribedParam
from bot.sdk.errors import Declaration
from bot.sdk.people import Level
from bot.sdk.ports import Vault
from bot.sdk.words import Kind

from . import limits, menus
from .read import MANAGE_MESSAGES, MODERATE_MEMBERS
from .rest import Rest

Json = dict[str, Any]
log = logging.getLogger("hearth.discord")

_SUBCOMMAND, _STRING, _INTEGER, _BOOLEAN, _USER, _ATTACHMENT = 1, 3, 4, 5, 6, 11
_KINDS = {
    Kind.TEXT: _STRING, Kind.LONG_TEXT: _STRING, Kind.CHOICE: _STRING,
    Kind.NUMBER: _INTEGER, Kind.YES_NO: _BOOLEAN, Kind.FILE: _ATTACHMENT,
}  # fmt: skip
_IN_SERVER, _WITH_BOT = 0, 1
_NAME = re.compile(r"[-_'\w]{1,32}\Z")
_SAVED = "discord-commands"

PERMISSIONS: Mapping[Level, int | None] = {
    Level.MEMBER: None,
    Level.FACILITATOR: MANAGE_MESSAGES,
    Level.MODERATOR: MODERATE_MEMBERS,
    Level.OPERATOR: 0,
}
"""Who is offered a command at first; a server's owner may re-map it. Facilitators: whoever may manage
messages, which Discord also lets a single channel grant, to the host of a room. Moderators: whoever may
time members out, which is what that permission was made for and nothing a decorated role has by accident.
Operator: nobody but administrators sees it, and the core asks for more than that."""


def commands(described: Iterable[Described]) -> tuple[list[Json], list[Declaration]]:
    """What to register, and what cannot be: a command with a limit broken in any language is left out
    alone, so that the others (and `/crisis`) are there."""
    together: dict[str, list[Described]] = {}
    about: dict[str, list[Described]] = {}
    for one in described:
        if one.menu:
            about.setdefault(one.menu["en"], []).append(one)
        else:
            together.setdefault(one.group or one.path, []).append(one)
    made: list[Json] = []
    problems: list[Declaration] = []
    # What always answers comes first: were there too many, it would not be the one left out.
    for name, members in sorted(together.items(), key=lambda item: not any(one.always for one in item[1])):
        try:
            if len(made) == limits.COMMANDS:
                raise Declaration(f"/{name} is over the {limits.COMMANDS} commands that Discord takes")
            made.append(_command(name, members))
        except Declaration as problem:
            problems.append(problem)
    below: list[Json] = []
    for name, members in about.items():
        try:
            if len(below) == limits.MENU_COMMANDS:
                raise Declaration(f"{name!r} is over the {limits.MENU_COMMANDS} that a message's menu takes")
            if len(members) > 1:
                paths = " and ".join(f"/{one.path}" for one in members)
                raise Declaration(f"{paths} are both called {name!r} in the menu of a message")
            below.append(_menu(members[0]))
        except Declaration as problem:
            problems.append(problem)
    return made + below, problems


def check(described: Iterable[Described]) -> None:
    """Raise the first `Declaration` that keeps a command from being registered."""
    for problem in commands(described)[1]:
        raise problem


def restricted(described: Iterable[Described]) -> frozenset[str]:
    """The paths of the commands that not everybody is offered, and for which whoever Discord lets through
    counts as having their level. Operators are never made by a server's permissions."""
    return frozenset(one.path for one in described if Level.MEMBER < one.level < Level.OPERATOR)


def _command(name: str, members: Sequence[Described]) -> Json:
    first = members[0]
    level = first.level
    open_to_all = level is Level.MEMBER and all(one.private or one.always for one in members)
    made: Json = {
        "type": 1,
        "contexts": [_IN_SERVER, _WITH_BOT] if open_to_all else [_IN_SERVER],
        "integration_types": [0],
    }
    if (permissions := PERMISSIONS[level]) is not None:
        made["default_member_permissions"] = str(permissions)
    if first.group is None:
        made |= _worded(f"/{name}", name, first.names, first.helps)
        made["options"] = _options(f"/{name}", first.params)
    else:
        helps = first.group_helps or {"en": ", ".join(one.name for one in members)[: limits.DESCRIPTION]}
        made |= _worded(f"/{name}", name, first.group_names, helps)
        if len(members) > limits.OPTIONS:
            raise Declaration(f"/{name} has {len(members)} subcommands, over {limits.OPTIONS}")
        made["options"] = [
            {
                "type": _SUBCOMMAND,
                **_worded(f"/{one.path}", one.name, one.names, one.helps),
                "options": _options(f"/{one.path}", one.params),
            }
            for one in members
        ]
    if (size := _size(made)) > limits.COMMAND_TOTAL:
        raise Declaration(f"/{name} has {size} characters in all, over {limits.COMMAND_TOTAL}")
    return made


def _menu(one: Described) -> Json:
    """A command about a message. Its name may have capitals and spaces."""
    for language, called in one.menu.items():
        _fits(f"/{one.path}: name in the menu of a message in {language}", called, limits.NAME)
    made: Json = {
        "type": menus.MESSAGE,
        "name": one.menu["en"],
        "name_localizations": _localised(one.menu, one.menu["en"]),
        "contexts": [_IN_SERVER],
        "integration_types": [0],
    }
    if (permissions := PERMISSIONS[one.level]) is not None:
        made["default_member_permissions"] = str(permissions)
    return made


def _worded(where: str, name: str, names: Mapping[str, str], helps: Mapping[str, str]) -> Json:
    """Name and description in every language Discord has."""
    help = helps.get("en") or next(iter(helps.values()), "")
    for language, called in {"": name, **names}.items():
        if not _NAME.match(called) or called != called.lower() or limits.length(called) > limits.NAME:
            said = f" in {language}" if language else ""
            raise Declaration(f"{where}: {called!r}{said} is no name for Discord: lower case, at most 32")
    for language, words in {"en": help, **helps}.items():
        _fits(f"{where}: description in {language}", words, limits.DESCRIPTION)
    return {
        "name": name,
        "description": help,
        "name_localizations": _localised(names, name),
        "description_localizations": _localised(helps, help),
    }


def _localised(words: Mapping[str, str], default: str) -> dict[str, str]:
    return {
        code: text
        for language, text in sorted(words.items())
        for code in limits.LOCALES.get(language, (language,) if language in _CODES else ())
        if text != default
    }


_CODES = frozenset(code for codes in limits.LOCALES.values() for code in codes)


def _options(where: str, params: Sequence[DescribedParam]) -> list[Json]:
    if len(params) > limits.OPTIONS:
        raise Declaration(f"{where} has {len(params)} options, over {limits.OPTIONS}")
    return [_option(f"{where} {one.name}", one) for one in params]


def _option(where: str, param: DescribedParam) -> Json:
    made: Json = {
        "type": _USER if param.personal else _KINDS[param.kind],
        **_worded(where, param.name, param.names, param.helps),
        "required": param.required,
    }
    if param.choices:
        if len(param.choices) > limits.CHOICES:
            raise Declaration(f"{where} has {len(param.choices)} choices, over {limits.CHOICES}")
        made["choices"] = [_option_choice(where, value, labels) for value, labels in param.choices]
    elif made["type"] == _STRING:
        made["max_length"] = min(param.upto, limits.STRING_OPTION)
        if param.suggests:
            made["autocomplete"] = True
    return made


def _option_choice(where: str, value: str, labels: Mapping[str, str]) -> Json:
    name = labels.get("en") or value
    for language, words in {"en": name, **labels}.items():
        _fits(f"{where}: choice {value!r} in {language}", words, limits.CHOICE)
    return {"name": name, "name_localizations": _localised(labels, name), "value": value}


def _fits(what: str, words: str, most: int) -> None:
    if not 1 <= limits.length(words) <= most:
        raise Declaration(f"{what} has {limits.length(words)} characters, Discord takes 1 to {most}")


def _size(thing: Json) -> int:
    """How Discord counts a command: names, descriptions and values; of translations the longest."""
    total = 0
    for key in ("name", "description"):
        said = [thing.get(key) or "", *(thing.get(f"{key}_localizations") or {}).values()]
        total += max(limits.length(one) for one in said)
    if isinstance(thing.get("value"), str):
        total += limits.length(thing["value"])
    return total + sum(_size(one) for key in ("options", "choices") for one in thing.get(key) or ())


# --- registering only what changed ----------------------------------------------------------------------


def fingerprint(registered: Iterable[Mapping[str, Any]]) -> str:
    """What tells two sets of commands apart, whether ours to be sent or as Discord gives them back."""
    canonical = sorted((_canonical(one) for one in registered), key=lambda one: (one["type"], one["name"]))
    written = json.dumps(canonical, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()


def _canonical(thing: Mapping[str, Any]) -> Json:
    """The part that we decide, with what Discord fills in left out."""
    permissions = thing.get("default_member_permissions")
    return {
        "type": thing.get("type") or 1,
        "name": thing["name"],
        "names": thing.get("name_localizations") or {},
        "description": thing.get("description") or "",
        "descriptions": thing.get("description_localizations") or {},
        "permissions": None if permissions is None else str(permissions),
        "contexts": sorted(thing.get("contexts") or ()),
        "integrations": sorted(thing.get("integration_types") or ()),
        "required": bool(thing.get("required")),
        "autocomplete": bool(thing.get("autocomplete")),
        "max_length": thing.get("max_length"),
        "choices": [
            [one["name"], one.get("name_localizations") or {}, one["value"]]
            for one in thing.get("choices") or ()
        ],
        "options": [_canonical(one) for one in thing.get("options") or ()],
    }


async def register(rest: Rest, application: int, wanted: list[Json], vault: Vault | None) -> None:
    """Let Discord have exactly these commands. With nothing changed since the last time nothing is sent:
    the vault remembers; without one Discord is asked once. Raises a kind of `rest.Failed`."""
    mine = f"{application} {fingerprint(wanted)}".encode()
    if await _remembered(vault) == mine:
        return
    path = f"/applications/{application}/commands"
    there = await rest.call("GET", path, query={"with_localizations": "true"})
    if fingerprint(there or ()) != fingerprint(wanted):
        await rest.call("PUT", path, wanted)
        log.info("registered %d commands with Discord", len(wanted))
    if vault is not None:
        try:
            await vault.save({_SAVED: mine})
        except Exception as error:  # storage may be anything here, and this is worth one GET next time
            log.warning("what was registered is not remembered: %s", type(error).__name__)


async def _remembered(vault: Vault | None) -> bytes | None:
    if vault is None:
        return None
    try:
        return await vault.load(_SAVED)
    except Exception as error:  # with storage away the bot still has to register /crisis
        log.warning("what was registered last time cannot be read: %s", type(error).__name__)
        return None
