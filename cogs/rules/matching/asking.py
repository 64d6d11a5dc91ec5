"""Conditions made into tests: a test takes the facts of a message and says where it holds.

A test answers with places in the original text, with none where it holds for the message as a whole, or
with None
where it does not hold.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from . import habits
from .conditions import Condition
from .facts import Facts
from .links import invite_to, of_domains
from .patterns import Pattern, prepare
from .text import Span
from .words import Term

Places = tuple[Span, ...]
Test = Callable[[Facts], Places | None]
Signals = frozenset[str | int]
"""What a message must show for a test to hold at all; see `Parts`."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """A test, and its signals: unless one of them is seen, it cannot hold. Without, it is always asked."""

    test: Test
    signals: Signals | None = None

    def may_hold(self, facts: Facts) -> bool:
        """Whether the test is worth asking."""
        return self.signals is None or not self.signals.isdisjoint(facts.seen)


class Parts:
    """Terms and patterns of all conditions, each under the number of its condition, which is its signal."""

    def __init__(self) -> None:
        self.terms: list[Term] = []
        self.patterns: list[tuple[int, Pattern]] = []
        self.window = timedelta(0)
        self.signals: set[str | int] = set()
        """Every signal that some condition waits for, also within one that is always asked."""
        self._next = 0

    def number(self) -> int:
        """A number for one more condition."""
        self._next += 1
        return self._next


def compiled(condition: Condition, parts: Parts) -> Compiled:
    """A condition as a test; its words and patterns are added to the parts."""
    tests = [*_of_text(condition, parts), *_of_shape(condition), *_of_time(condition, parts)]
    parts.signals.update(*(each.signals or () for each in tests))
    if condition.any is not None:
        tests.append(_any([compiled(each, parts) for each in condition.any]))
    if condition.all is not None:
        tests.append(_all([compiled(each, parts) for each in condition.all]))
    if condition.not_ is not None:
        tests.append(_not(compiled(condition.not_, parts)))
    return tests[0] if len(tests) == 1 else _all(tests)


def _any(tests: list[Compiled]) -> Compiled:
    def holds(facts: Facts) -> Places | None:
        answers = [
            answer for each in tests if each.may_hold(facts) and (answer := each.test(facts)) is not None
        ]
        return tuple(place for each in answers for place in each) if answers else None

    signals: Signals | None = frozenset()
    for each in tests:
        signals = None if signals is None or each.signals is None else signals | each.signals
    return Compiled(holds, signals)


def _all(tests: list[Compiled]) -> Compiled:
    def holds(facts: Facts) -> Places | None:
        places: list[Span] = []
        for each in tests:
            answer = each.test(facts) if each.may_hold(facts) else None
            if answer is None:
                return None
            places += answer
        return tuple(places)

    known = [each.signals for each in tests if each.signals is not None]
    return Compiled(holds, min(known, key=len) if known else None)


def _not(test: Compiled) -> Compiled:
    return Compiled(lambda facts: () if not test.may_hold(facts) or test.test(facts) is None else None)


def _found(number: int) -> Compiled:
    return Compiled(
        lambda facts: tuple(facts.found[number]) or None if number in facts.found else None,
        frozenset({number}),
    )


def _of_text(condition: Condition, parts: Parts) -> list[Compiled]:
    tests: list[Compiled] = []
    if condition.words is not None:
        number = parts.number()
        parts.terms += [Term(number, each, condition.forms) for each in condition.words]
        tests.append(_found(number))
    if condition.patterns is not None:
        number = parts.number()
        parts.patterns += [(number, prepare(each)) for each in condition.patterns]
        tests.append(_found(number))
    if condition.phone:
        tests.append(Compiled(lambda facts: facts.phones or None, frozenset({"phone"})))
    if condition.email:
        tests.append(Compiled(lambda facts: facts.emails or None, frozenset({"email"})))
    if condition.postal_address:
        tests.append(Compiled(lambda facts: facts.addresses or None, frozenset({"address"})))
    if condition.links:
        tests.append(Compiled(lambda facts: facts.of_links(facts.links) or None, frozenset({"link"})))
    if condition.domains is not None:
        domains = condition.domains
        tests.append(
            Compiled(
                lambda facts: (
                    facts.of_links(each for each in facts.links if of_domains(each, domains)) or None
                ),
                frozenset({"link"}),
            )
        )
    if condition.invites is not None:
        platforms = (
            ("discord", "matrix", "telegram", "whatsapp", "signal")
            if condition.invites is True
            else condition.invites
        )
        tests.append(
            Compiled(
                lambda facts: (
                    facts.of_links(each for each in facts.links if invite_to(each) in platforms) or None
                ),
                frozenset({"link"}),
            )
        )
    return tests


def _of_shape(condition: Condition) -> list[Compiled]:
    tests: list[Test] = []
    if (mentions := condition.mentions) is not None:
        tests.append(
            lambda facts: _if(
                (mentions.people is not None and habits.distinct(facts.message.people) >= mentions.people)
                or (mentions.everyone is True and facts.message.everyone)
                or (mentions.here is True and facts.message.here)
                or (mentions.room is True and facts.message.whole_room)
            )
        )
    if (files := condition.attachments) is not None:
        kinds = tuple(each.casefold().lstrip(".") for each in files.kinds)
        size, count = (files.over_kib or 0) * 1024, files.count or 1

        def held(facts: Facts) -> Places | None:
            fitting = [
                each
                for each in facts.message.attachments
                if (not kinds or habits.same_kind(each.name, each.media, kinds))
                and each.size > size - (not size)
            ]
            return _if(len(fitting) >= count)

        tests.append(held)
    if (loud := condition.capitals) is not None:
        tests.append(
            lambda facts: _if(
                facts.capitals[1] >= loud.letters
                and facts.capitals[0] * 100 >= loud.percent * facts.capitals[1]
            )
        )
    if (most := condition.marks) is not None:
        tests.append(lambda facts: (facts.marks[1:],) if facts.marks[0] >= most else None)
    if (length := condition.length) is not None:
        tests.append(
            lambda facts: _if(
                (length.over is None or len(facts.message.text) > length.over)
                and (length.under is None or len(facts.message.text) < length.under)
            )
        )
    if (many := condition.emoji) is not None:
        tests.append(lambda facts: _if(facts.emoji >= many))
    if (tongue := condition.language) is not None:
        spoken = frozenset(each.replace("_", "-").split("-")[0].casefold() for each in tongue.other_than)
        tests.append(lambda facts: _if(facts.language != "" and facts.language not in spoken))
    return [Compiled(each) for each in tests]


def _if(holds: bool) -> Places | None:
    return () if holds else None


def _of_time(condition: Condition, parts: Parts) -> list[Compiled]:
    tests: list[Compiled] = []
    if (repeat := condition.repeat) is not None:
        if repeat.same_text:
            parts.window = max(parts.window, repeat.within)

        def repeats(facts: Facts) -> Places | None:
            if repeat.characters and facts.longest_run[1] - facts.longest_run[0] >= repeat.characters:
                return (facts.longest_run,)
            if repeat.words and facts.repeated_word[0] >= repeat.words:
                return (facts.repeated_word[1:],)
            message = facts.message
            if not repeat.same_text or message.at is None or len(message.recent) + 1 < repeat.same_text:
                return None
            times = habits.times_within(message.recent, message.at, repeat.within, facts.fingerprint)
            return _if(times >= repeat.same_text)

        tests.append(Compiled(repeats))
    if (rate := condition.rate) is not None:
        parts.window = max(parts.window, rate.within)
        tests.append(
            Compiled(
                lambda facts: _if(
                    facts.message.at is not None
                    and habits.times_within(facts.message.recent, facts.message.at, rate.within)
                    >= rate.messages
                )
            )
        )
    if (young := condition.new_member) is not None:
        tests.append(
            Compiled(
                lambda facts: _if(
                    facts.message.at is not None
                    and facts.message.joined_at is not None
                    and facts.message.at - facts.message.joined_at < young
                )
            )
        )
    if (old := condition.message_age) is not None:
        tests.append(
            Compiled(
                lambda facts: _if(
                    facts.message.at is not None
                    and facts.message.edited_at is not None
                    and facts.message.edited_at - facts.message.at > old
                )
            )
        )
    return tests
