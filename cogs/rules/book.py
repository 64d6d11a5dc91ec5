"""The rules of one community, ready to be held against what is written there, and what follows from them."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime
import hashlib
import json
import secrets
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.sdk import Group, Level, Person, Space, aside

from .matching.conditions import Action, Rule
from .settings import Escalation, RulesProfile, Step

if TYPE_CHECKING:  # what holds words against rules is loaded with the first book, which is made off the loop
    from .matching.habits import Recent
    from .matching.rules import Hit, Message, RuleSet

_REMEMBERED = 5_000
"""People whose latest messages are kept in mind for rules about repetition; nothing of it is written down."""
_A_DAY = datetime.timedelta(days=1)
#: Where numbers without a country's code are looked for, if the profile names no country.
_REGIONS = {"en": ("GB", "US"), "de": ("DE", "AT", "CH")}


class RuleBook:
    """The rules of a community for one version of its profile: a set for each language spoken there."""

    def __init__(self, sets: Mapping[str, RuleSet], language: str, settings: RulesProfile) -> None:
        self._sets = sets
        self._language = language
        self.settings = settings
        self.window = max((each.window for each in sets.values()), default=datetime.timedelta(0))
        """How long messages have to be kept in mind; nothing if no rule asks."""
        self._versions: dict[tuple[str, str], str] = {}

    def check(self, message: Message, language: str | None = None) -> list[Hit]:
        """The rules that a message meets, in its group's language or the community's. Raises nothing."""
        return self._set(language).check(message)

    def rules(self, language: str | None = None) -> tuple[Rule, ...]:
        """The rules, in the order in which they are asked."""
        return self._set(language).rules

    def rule(self, id: str, language: str | None = None) -> Rule | None:
        """A rule by its id."""
        return next((each for each in self._set(language).rules if each.id == id), None)

    def version(self, id: str, language: str | None = None) -> str:
        """Eight characters that stand for a rule as it is written now; a rule that was changed has others."""
        spoken = language or self._language
        if (spoken, id) not in self._versions:
            rule = self.rule(id, language)
            written = rule.model_dump_json() if rule is not None else ""
            self._versions[spoken, id] = hashlib.blake2s(written.encode(), digest_size=4).hexdigest()
        return self._versions[spoken, id]

    def _set(self, language: str | None) -> RuleSet:
        return self._sets.get(language or self._language) or self._sets[self._language]


def make_book(
    space: Space, settings: RulesProfile, data: Path, numbers: frozenset[str], key: bytes
) -> RuleBook:
    """The rules of a community made ready, which takes up to some tenths of a second.

    `data` is where the packs lie, `numbers` are those of helplines, `key` goes into fingerprints of messages.
    """
    from .matching.packs import read_packs
    from .matching.rules import Surroundings, compile_rules

    spoken = tuple(dict.fromkeys([space.language, *(group.language for group in space.groups.values())]))
    regions = (
        (space.country,) if space.country is not None else _REGIONS.get(space.language.split("-")[0], ())
    )
    around = Surroundings(regions, numbers, key)
    sets = {}
    for language in spoken:
        packs = {name: pack.rules for name, pack in read_packs(data / "rules", language).items()}
        others = tuple(each for each in spoken if each != language)
        sets[language] = compile_rules(settings, packs, (language, *others), around)
    return RuleBook(sets, space.language, settings)


def helpline_numbers_in(data: Path) -> frozenset[str]:
    """The numbers of helplines that ship, which no rule takes for somebody's own."""
    from .matching.phones import helpline_numbers

    return helpline_numbers(json.loads((data / "helplines" / "index.json").read_text(encoding="utf-8")))


class Lately:
    """What people wrote a moment ago: times and fingerprints, in memory alone, for so many people at most."""

    def __init__(self, key: bytes) -> None:
        self.key = key
        self._of: OrderedDict[tuple[str, str, str], Recent] = OrderedDict()

    def before(self, who: tuple[str, str, str]) -> Recent:
        """What somebody wrote lately, the oldest first."""
        return self._of.get(who, ())

    def add(self, who: tuple[str, str, str], message: Message, window: datetime.timedelta) -> None:
        """Keep one more message in mind, for as long as the rules ask."""
        if message.at is None or not window:
            return
        from .matching.habits import Seen, fingerprint, remember

        seen = Seen(message.at, message.room, fingerprint(message.text, self.key))
        self._of[who] = remember(self._of.get(who, ()), seen, window)
        self._of.move_to_end(who)
        while len(self._of) > _REMEMBERED:
            self._of.popitem(last=False)

    def forget(self, platform: str, account: str) -> None:
        """Forget one account, in every community."""
        for who in [one for one in self._of if one[:2] == (platform, account)]:
            del self._of[who]


@dataclasses.dataclass(frozen=True, slots=True)
class Nudged:
    """That somebody was nudged: when (aware), and by which rules."""

    at: datetime.datetime
    rules: frozenset[str]


@dataclasses.dataclass(frozen=True, slots=True)
class Verdict:
    """What follows from the rules that a message meets.

    `actions` come kindest first, those of an escalation included. `nudges` are the rules whose words are said
    now: each at most once a day to one person. `step` is the escalation that this nudge leads to.
    """

    actions: tuple[Action, ...]
    nudges: tuple[str, ...]
    step: Step | None


def judged(
    hits: Sequence[Hit], before: Sequence[Nudged], escalation: Escalation, at: datetime.datetime
) -> Verdict:
    """What follows, by the same measure for everyone. `before` are the earlier nudges of this person."""
    from .matching.rules import Hit, in_kind_order, together

    actions = list(together(hits))
    asking = [hit.rule for hit in hits if any(each.kind == "nudge" for each in hit.actions)]
    today = {rule for each in before if each.at > at - _A_DAY for rule in each.rules}
    nudges = tuple(rule for rule in asking if rule not in today)
    if not nudges:
        return Verdict(tuple(each for each in actions if each.kind != "nudge"), (), None)
    reached = None
    for step in escalation.steps:
        since = at - min(step.within, escalation.forgets_after)
        if 1 + sum(each.at > since for each in before) >= step.nudges:
            reached = step
    if reached is not None:
        extra = Hit("", (), reached.then)
        actions = list(together([*hits, extra]))
    return Verdict(in_kind_order(actions), nudges, reached)


def settings_of(space: Space) -> RulesProfile:
    """The rules' part of a community's profile; the defaults where it says nothing."""
    settings = space.settings.get("rules")
    return settings if isinstance(settings, RulesProfile) else RulesProfile()


@dataclasses.dataclass(frozen=True, slots=True)
class Heard:
    """What a rule says to somebody about words that nobody has seen yet; `stops`: they may not go out so."""

    says: str = dataclasses.field(repr=False)
    stops: bool


def heard_of(hit: Hit) -> Heard | None:
    """What a rule that was met says to its writer alone; None where it has nothing to say to them."""
    hints = [str(each.value) for each in hit.actions if each.kind == "suggest"]
    says = " ".join(each for each in (hit.say, *hints) if each)
    stops = any(each.kind in ("hold", "remove") for each in hit.actions)
    return Heard(says or hit.rule, stops) if says or stops else None


class Books:
    """The rule books of all communities, each made when it is first needed, off the event loop."""

    def __init__(self, data: Path) -> None:
        key = secrets.token_bytes(32)
        self._data = data
        self._lately = Lately(key)
        self._books: dict[str, tuple[Space, RuleBook]] = {}
        self._making: dict[str, asyncio.Lock] = {}
        self._numbers: frozenset[str] | None = None

    async def of(self, space: Space) -> RuleBook | None:
        """The rules of a community as its profile has them now; None without rules."""
        settings = settings_of(space)
        if not settings.has_rules:
            self._books.pop(space.id, None)
            return None
        kept = self._books.get(space.id)
        if kept is not None and kept[0] is space:
            return kept[1]
        async with self._making.setdefault(space.id, asyncio.Lock()):
            kept = self._books.get(space.id)
            if kept is None or kept[0] is not space:
                kept = self._books[space.id] = (space, await aside(self._made, space, settings))
        return kept[1]

    async def met(self, person: Person, message: Message, space: Space, level: Level) -> list[Hit]:
        """The rules that a message meets; moderators meet none unless the profile holds them to the rules.
        What is written anonymously is not kept in mind."""
        book = await self.of(space)
        if book is None or (level >= Level.MODERATOR and not book.settings.moderators_too):
            return []
        who = (person.platform, person.account, person.space)
        # An edit is not one message more.
        counts = not message.anonymous and message.edited_at is None
        if book.window and counts:
            message = dataclasses.replace(message, recent=self._lately.before(who))
        group = space.groups.get(message.group)
        hits = book.check(message, group.language if group is not None else None)
        if counts:
            self._lately.add(who, message, book.window)
        return hits

    async def tried(self, settings: RulesProfile, lines: Sequence[str]) -> list[list[Hit]]:
        """The rules of a profile that is not in force that each line would meet, in any language of packs."""
        return await aside(self._tried, settings, lines)

    def _tried(self, settings: RulesProfile, lines: Sequence[str]) -> list[list[Hit]]:
        from .matching.packs import pack_languages
        from .matching.rules import Message

        spoken = pack_languages(self._data / "rules")
        groups = {code: Group(code, code, (), "UTC", code, {}) for code in spoken}
        book = self._made(Space("tried", "tried", language=spoken[0], groups=groups), settings)
        found = []
        for line in lines:
            hits = [hit for code in spoken for hit in book.check(Message(line), code)]
            found.append(list({hit.rule: hit for hit in reversed(hits)}.values())[::-1])
        return found

    async def rules(self, settings: RulesProfile) -> tuple[Rule, ...]:
        """The rules of a profile that is not in force."""
        return await aside(self._rules, settings)

    def _rules(self, settings: RulesProfile) -> tuple[Rule, ...]:
        return self._made(Space("tried", "tried"), settings).rules()

    def forget(self, person: Person) -> None:
        """Forget what an account wrote lately."""
        self._lately.forget(person.platform, person.account)

    def _made(self, space: Space, settings: RulesProfile) -> RuleBook:
        if self._numbers is None:
            self._numbers = helpline_numbers_in(self._data)
        return make_book(space, settings, self._data, self._numbers, self._lately.key)


__all__ = [
    "Books", "Lately", "Nudged", "RuleBook", "Verdict", "helpline_numbers_in", "judged", "make_book",
    "settings_of",
]  # fmt: skip
