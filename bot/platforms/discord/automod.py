"""Filters that Discord keeps by itself: AutoMod rules, made, changed and removed where they are Hearth's own.

https://docs.discord.com/developers/resources/auto-moderation. AutoMod stops a message before anybody sees
it and shows its writer the rule's words; it exempts bots, and whoever may manage the server. Hearth knows
its own rules by who made them and by the id in their names; all others are left alone.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.sdk.errors import NotPrivate
from bot.sdk.ports import Filter, Unfit
from bot.sdk.words import Shown, ShownForm

from . import limits
from .names import Names
from .rest import Failed, Limited, Refusal, Rest

Json = dict[str, Any]
log = logging.getLogger("hearth.discord")

_KEYWORD, _MENTIONS = 1, 5
_MESSAGE_SENT = 1
BLOCK = 1
"""The action that stops a message: …#auto-moderation-action-object-action-types."""
_NAME = "Hearth: "


def fit(filters: Iterable[Filter]) -> tuple[list[tuple[Filter, Json]], list[Unfit]]:
    """The filters as AutoMod rules, without the rooms and roles of any server; and what does not fit."""
    made: list[tuple[Filter, Json]] = []
    unfit: list[Unfit] = []
    left = {_KEYWORD: limits.AUTOMOD_RULES, _MENTIONS: 1}
    for one in filters:
        kind = _MENTIONS if one.mentions is not None else _KEYWORD
        why = _why_not(one)
        if why is None and not left[kind]:
            why = "too-many-rules"
        if why is not None:
            unfit.append(Unfit(one.id, why))
            continue
        left[kind] -= 1
        made.append((one, _rule(one, kind)))
    return made, unfit


def _why_not(one: Filter) -> str | None:
    both = one.mentions is not None and (one.words or one.patterns)
    if both or not (one.words or one.patterns or one.mentions is not None):
        return "not-expressible"
    if one.mentions is not None and not 1 <= one.mentions <= limits.AUTOMOD_MENTIONS:
        return "too-many-mentions"
    if len(one.words) > limits.AUTOMOD_KEYWORDS:
        return "too-many-words"
    if len(one.patterns) > limits.AUTOMOD_PATTERNS:
        return "too-many-patterns"
    if len(one.allow) > limits.AUTOMOD_ALLOWED:
        return "too-many-exceptions"
    if any(not 1 <= limits.length(word) <= limits.AUTOMOD_KEYWORD for word in (*one.words, *one.allow)):
        return "word-too-long"
    if any(not 1 <= limits.length(pattern) <= limits.AUTOMOD_PATTERN for pattern in one.patterns):
        return "pattern-too-long"
    return None


def _rule(one: Filter, kind: int) -> Json:
    if kind == _MENTIONS:
        metadata: Json = {"mention_total_limit": (one.mentions or 1) - 1}
    else:
        metadata = {
            "keyword_filter": list(one.words),
            "regex_patterns": list(one.patterns),
            "allow_list": list(one.allow),
        }
    words = limits.shortened(one.say, limits.AUTOMOD_MESSAGE)
    return {
        "name": limits.shortened(_NAME + one.id, limits.AUTOMOD_NAME),
        "event_type": _MESSAGE_SENT,
        "trigger_type": kind,
        "trigger_metadata": metadata,
        "actions": [{"type": BLOCK, "metadata": {"custom_message": words} if words else {}}],
        "enabled": True,
    }


class Unheard:
    """Replies to what AutoMod stopped: there is no message that an answer could belong to."""

    async def show(self, shown: Shown) -> None:
        """Nothing can be shown here."""
        raise NotPrivate("not-private-here")

    async def open(self, form: ShownForm, at: int = 0) -> None:
        """Nothing can be asked here."""
        raise NotPrivate("not-private-here")

    async def defer(self, *, private: bool) -> None:
        """Nobody waits."""

    async def progress(self, words: str) -> None:
        """Nobody waits."""


class AutoMod:
    """The AutoMod rules that Hearth keeps, by server."""

    def __init__(self, rest: Rest, names: Names) -> None:
        self._rest = rest
        self._names = names
        self._ids: dict[str, dict[str, str]] = {}

    async def keep(self, guild: str, me: str, filters: Sequence[Filter]) -> list[Unfit]:
        """Make the server's rules of ours say just this. What Discord refuses is told, the rest stands."""
        path = f"/guilds/{guild}/auto-moderation/rules"
        wanted, unfit = fit(filters)
        try:
            held = await self._rest.call("GET", path, people=False)
        except Failed as failed:
            return [*unfit, *(Unfit(one.id, _why(failed)) for one, _ in wanted)]
        ours = {
            rule["name"]: rule
            for rule in held
            if str(rule.get("creator_id")) == me and str(rule.get("name", "")).startswith(_NAME)
        }
        names = {body["name"] for _, body in wanted}
        ids: dict[str, str] = {}
        for name, rule in ours.items():
            if name not in names:
                await self._delete(path, rule["id"])  # first, since it makes room
        for one, bare in wanted:
            body = bare | self._exempt(guild, one)
            before = ours.get(body["name"])
            try:
                if before is not None and before["trigger_type"] != body["trigger_type"]:
                    await self._delete(path, before["id"])
                    before = None
                if before is None:
                    before = await self._rest.call("POST", path, body, people=False)
                elif not _same(before, body):
                    change = {name: value for name, value in body.items() if name != "trigger_type"}
                    await self._rest.call("PATCH", f"{path}/{before['id']}", change, people=False)
                ids[str(before["id"])] = one.id
            except Failed as failed:
                unfit.append(Unfit(one.id, _why(failed)))
        self._ids[guild] = ids
        return unfit

    def filter_of(self, guild: str, rule: str) -> str | None:
        """The filter that one of our rules keeps; None for a rule of somebody else's."""
        return self._ids.get(guild, {}).get(rule)

    async def _delete(self, path: str, rule: str) -> None:
        try:
            await self._rest.call("DELETE", f"{path}/{rule}", people=False)
        except Failed as failed:
            log.warning("an AutoMod rule of Hearth's could not be removed (%s)", _why(failed))

    def _exempt(self, guild: str, one: Filter) -> Json:
        rooms = [found[0] for room in one.rooms if (found := self._names.room(guild, room)) is not None]
        roles = [id for role in one.roles if (id := self._names.role(guild, role)) is not None]
        return {
            "exempt_channels": rooms[: limits.AUTOMOD_ROOMS],
            "exempt_roles": roles[: limits.AUTOMOD_ROLES],
        }


def _why(failed: Failed) -> str:
    if isinstance(failed, Refusal):
        return "not-allowed" if failed.status == 403 else "refused"
    return "later" if isinstance(failed, Limited) else "no-answer"


def _same(held: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    def read(value: Any) -> Any:
        return (
            sorted(value) if isinstance(value, list) and all(isinstance(one, str) for one in value) else value
        )

    told = held.get("trigger_metadata") or {}
    for name, value in wanted.items():
        if name == "trigger_metadata":
            if any(read(told.get(part) or []) != read(inner or []) for part, inner in value.items()):
                return False
        elif json.dumps(read(held.get(name)), sort_keys=True) != json.dumps(read(value), sort_keys=True):
            return False
    return True
