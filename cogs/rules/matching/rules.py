"""Rules made ready, and messages held against them: which rules a message meets, where, and what then
happens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from .asking import Compiled, Parts, Places, Signals, compiled
from .characters import fold
from .cleaned import Cleaned
from .cleaned import warm as warm_characters
from .conditions import KIND_ORDER, Action, Rule, RulesSettings
from .detectors import Detectors
from .facts import Facts, Message, Surroundings
from .links import of_domains
from .patterns import PatternSet
from .phones import only_digits, warm
from .text import Span, lines
from .words import Lexicon, Term


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that a message meets: where in the original text (nowhere for a message as a whole), and what
    to do."""

    rule: str
    places: tuple[Span, ...]
    actions: tuple[Action, ...]
    say: str | None = None


@dataclass(frozen=True, slots=True)
class _Ready:
    rule: Rule
    asked: Compiled
    unless: Compiled | None
    allowed: int
    """The number under which allowed words are found; 0 for none."""
    allowed_digits: frozenset[str]
    allowed_domains: tuple[str, ...]
    roles: frozenset[str]
    rooms: frozenset[str]


class RuleSet:
    """The rules of a space, ready. Made by `compile_rules`; never changes, may be shared by threads."""

    def __init__(
        self,
        rules: Iterable[Rule],
        languages: Sequence[str] = ("en",),
        surroundings: Surroundings | None = None,
    ) -> None:
        parts = Parts()
        self._ready = tuple(_ready(rule, parts) for rule in rules)
        self._lexicon = Lexicon(parts.terms, languages)
        self._patterns = PatternSet(parts.patterns)
        self._surroundings = surroundings or Surroundings()
        self.window = parts.window
        """How long what people sent is to be remembered (see `habits.remember`); nothing if no rule asks."""
        self._detectors = Detectors(parts.signals)
        self._always = any(each.asked.signals is None for each in self._ready)
        warm_characters()
        if "phone" in parts.signals:
            warm(self._surroundings.regions)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules, in the order in which they are asked."""
        return tuple(each.rule for each in self._ready)

    def check(self, message: Message) -> list[Hit]:
        """The rules that a message meets, in their order. Never raises, whatever the text."""
        text = message.text
        facts = Facts(message, Cleaned(text), self._surroundings)
        if self._lexicon.size:
            read = list(lines(text))
            facts.line = read[0].letters
            for owner, start, end in self._lexicon.find(read):
                facts.found[owner].append((start, end))
        for owner, start, end in self._patterns.find(facts.cleaned):
            facts.found[owner].append((start, end))
        seen = facts.seen
        seen.update(facts.found)
        seen.update(self._detectors.seen(facts.cleaned.text))
        if not seen and not self._always:
            return []
        hits: list[Hit] = []
        for ready in self._ready:
            if not ready.asked.may_hold(facts) or not _in_scope(ready, message):
                continue
            places = ready.asked.test(facts)
            if places is not None and (left := _left(places, ready, facts)) is not None:
                hits.append(Hit(ready.rule.id, left, in_kind_order(ready.rule.then), ready.rule.say))
        return hits


def compile_rules(
    settings: RulesSettings,
    packs: Mapping[str, Sequence[Rule]],
    languages: Sequence[str] = ("en",),
    surroundings: Surroundings | None = None,
) -> RuleSet:
    """The rules of a profile's section, made ready: those of its packs first, each replaced by one with its
    id.

    `packs` are the packs by name in the space's language (see `packs`); one that is not there any more is
    left out. Raises PatternRefused where patterns are too big together. Takes up to some tenths of a second:
    not for the event loop.
    """
    rules = {
        rule.id: rule
        for name in settings.use
        for rule in packs.get(name, ())
        if rule.id not in settings.without
    }
    rules |= {rule.id: rule for rule in settings.list}
    return RuleSet(rules.values(), languages, surroundings)


def in_kind_order(actions: Iterable[Action]) -> tuple[Action, ...]:
    """Actions from the kindest to the strictest."""
    return tuple(sorted(actions, key=lambda each: KIND_ORDER.index(each.kind)))


def together(hits: Sequence[Hit]) -> tuple[Action, ...]:
    """What several rules want done to one message: each action once, the longest time, in the kind order.

    Suggestions are all kept, since each is about other words.
    """
    chosen: dict[tuple[str, object], Action] = {}
    for action in (action for hit in hits for action in hit.actions):
        key = (action.kind, action.value if action.kind == "suggest" else None)
        before = chosen.get(key)
        if before is None or (
            isinstance(action.value, timedelta)
            and isinstance(before.value, timedelta)
            and action.value > before.value
        ):
            chosen[key] = action
    return in_kind_order(chosen.values())


def _ready(rule: Rule, parts: Parts) -> _Ready:
    asked = compiled(rule.when, parts)
    unless = compiled(rule.except_.when, parts) if rule.except_.when is not None else None
    allowed = 0
    if rule.except_.allow:
        allowed = parts.number()
        parts.terms += [Term(allowed, each) for each in rule.except_.allow if fold(each)]
    domains = tuple(each.casefold() for each in rule.except_.allow if "." in each)
    digits = frozenset(only_digits(each) for each in rule.except_.allow) - {""}
    return _Ready(
        rule, asked, unless, allowed, digits, domains, _names(rule.except_.roles), _names(rule.except_.rooms)
    )


def _names(names: Iterable[str]) -> frozenset[str]:
    return frozenset(_name(each) for each in names)


def _name(name: str) -> str:
    return name.strip().lstrip("#@").casefold()


def _in_scope(ready: _Ready, message: Message) -> bool:
    scope = ready.rule.scope
    if message.what == "title" and not scope.titles:
        return False
    if message.what == "nickname" and not scope.nicknames:
        return False
    if (message.anonymous and not scope.anonymous) or (message.edited_at is not None and not scope.edits):
        return False
    if scope.groups and message.group not in scope.groups:
        return False
    room = _name(message.room)
    if (scope.rooms and room not in _names(scope.rooms)) or room in ready.rooms:
        return False
    roles = _names(message.roles)
    if scope.roles and roles.isdisjoint(_names(scope.roles)):
        return False
    return roles.isdisjoint(ready.roles)


def _left(places: Places, ready: _Ready, facts: Facts) -> Places | None:
    """The places that the rule's exceptions leave; None if they excuse the message."""
    if ready.unless is not None and ready.unless.test(facts) is not None:
        return None
    if not places or not (ready.allowed or ready.allowed_digits):
        return tuple(sorted(set(places)))
    fine = facts.found.get(ready.allowed, [])
    left = [
        place
        for place in places
        if not any(start <= place[0] and place[1] <= end for start, end in fine)
        and only_digits(facts.message.text[slice(*place)]) not in ready.allowed_digits
        and not _is_allowed_link(facts, place, ready)
    ]
    return tuple(sorted(set(left))) if left else None


def _is_allowed_link(facts: Facts, place: Span, ready: _Ready) -> bool:
    if not ready.allowed_domains:
        return False
    link = facts.link_places.get(place)
    return link is not None and of_domains(link, ready.allowed_domains)


__all__ = [
    "Hit",
    "Message",
    "RuleSet",
    "Signals",
    "Surroundings",
    "compile_rules",
    "in_kind_order",
    "together",
]
