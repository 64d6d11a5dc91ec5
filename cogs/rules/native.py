"""Rules as a platform keeps them by itself: what can be said in whole words, patterns and counts.

Where Hearth does not see what people write, only the platform can stop it. A platform's own filter knows
far less than Hearth's matching (no word forms, no disguises, no time), so a rule is handed over only where
the filter says no more than the rule does, and it stops the message, whatever the rule would have done.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Sequence

from bot.sdk import Filter, Filters, Level, Space, Unfit

from .matching.conditions import Condition, Rule

_STOPS = frozenset({"suggest", "nudge", "fold", "hold", "remove"})
"""Actions about the message itself. Moderators are told of nothing that was only to be reported."""
_PLAIN = frozenset({"words", "forms", "patterns", "mentions", "links", "domains", "invites", "email", "any"})
_LINK = r"https?://[^\s<>]"
_EMAIL = r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+\.[A-Za-z]"
_INVITES = {
    "discord": ("*discord.gg/*", "*discord.com/invite/*"),
    "matrix": ("*matrix.to/#*",),
    "telegram": ("*t.me/*", "*telegram.me/*"),
    "whatsapp": ("*chat.whatsapp.com/*", "*wa.me/*"),
    "signal": ("*signal.group/*", "*signal.me/*"),
}  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class _Said:
    words: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    mentions: int | None = None


def filters(rules: Iterable[Rule], roles: Sequence[str] = ()) -> tuple[list[Filter], list[str]]:
    """The rules that a filter can say, in their order, and the ids of those that it cannot. `roles` are
    people whom no rule concerns, such as moderators."""
    made: list[Filter] = []
    beyond: list[str] = []
    for rule in rules:
        said = _of(rule.when) if _hands_over(rule) else None
        if said is None:
            beyond.append(rule.id)
            continue
        made.append(
            Filter(
                rule.id,
                rule.say or "",
                said.words,
                said.patterns,
                tuple(rule.except_.allow),
                said.mentions,
                tuple(rule.except_.rooms),
                (*rule.except_.roles, *roles),
            )
        )
    return made, beyond


def by_weight(rules: Iterable[Rule], own: Collection[str]) -> list[Rule]:
    """The rules as they are handed over where not all find room: a community's own before those of packs, and
    of these what is held before what is only hinted at."""
    return sorted(
        rules,
        key=lambda rule: (rule.id not in own, not any(each.kind in ("hold", "remove") for each in rule.then)),
    )


def _hands_over(rule: Rule) -> bool:
    scope = rule.scope
    everywhere = not (scope.rooms or scope.groups or scope.roles)
    return everywhere and rule.except_.when is None and any(each.kind in _STOPS for each in rule.then)


def _of(when: Condition) -> _Said | None:
    """What a condition says in a filter's words; None where a filter would say something else."""
    if not when.model_fields_set <= _PLAIN:
        return None
    ways: list[_Said] = []
    if when.any is not None:
        for each in when.any:
            inner = _of(each)
            if inner is None or inner.mentions is not None:
                return None
            ways.append(inner)
    if when.words is not None:
        ways.append(_Said(words=tuple(when.words)))
    if when.patterns is not None:
        ways.append(_Said(patterns=tuple(when.patterns)))
    if when.links:
        ways.append(_Said(patterns=(_LINK,)))
    if when.email:
        ways.append(_Said(patterns=(_EMAIL,)))
    if when.domains is not None:
        ways.append(_Said(words=tuple(f"*{each}*" for each in when.domains)))
    if when.invites is not None:
        named = _INVITES if when.invites is True else when.invites
        ways.append(_Said(words=tuple(word for name in named for word in _INVITES[name])))
    if when.mentions is not None:
        if when.mentions.people is None or len(when.mentions.model_fields_set) > 1:
            return None
        ways.append(_Said(mentions=when.mentions.people))
    # Side by side means that all must hold; a filter only knows that one of many does.
    if len(ways) != 1 and (when.any is None or len(ways) != len(when.any)):
        return None
    return _Said(
        tuple(dict.fromkeys(word for each in ways for word in each.words)),
        tuple(dict.fromkeys(pattern for each in ways for pattern in each.patterns)),
        ways[0].mentions if len(ways) == 1 else None,
    )


class Native:
    """The platforms that keep rules by themselves, if there are any."""

    def __init__(self, platforms: Sequence[Filters]) -> None:
        self._platforms = platforms

    @property
    def possible(self) -> bool:
        """Whether there is such a platform."""
        return bool(self._platforms)

    def unfit(self, rules: Iterable[Rule]) -> list[Unfit]:
        """Which rules none of them could keep whole, and why. Memory only."""
        made, beyond = filters(rules)
        found = [Unfit(id, "not-expressible") for id in beyond]
        return list(dict.fromkeys([*found, *(one for each in self._platforms for one in each.fit(made))]))

    async def keep(self, space: Space, rules: Iterable[Rule], *, moderators_too: bool) -> list[Unfit]:
        """Have just these kept in a space, and tell which are not. Without rules what was kept is removed."""
        spared = () if moderators_too else _moderators(space)
        made, beyond = filters(rules, spared)
        found = [Unfit(id, "not-expressible") for id in beyond]
        for each in self._platforms:
            found += await each.keep(space.id, made)
        return list(dict.fromkeys(found))


def _moderators(space: Space) -> list[str]:
    held = [names for level, names in space.roles.items() if level >= Level.MODERATOR]
    return sorted({name for names in held for name in names})
