"""The record in words: a case as its person reads it, and as moderators do."""

from __future__ import annotations

import datetime
import zoneinfo
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from bot.sdk import Field, Plain, Says, Text, text

from .story import CaseStory, Done, Line, Summary

Say = Callable[[Says], str]
_LONGEST_WORDS = 300
"""Characters of somebody's words that are shown of each entry."""
_A_FIELD = 900
"""Characters of the rules' own sentences that stand together."""


def when(at: datetime.datetime, zone: str, language: str) -> Plain:
    """A day and a time on a community's wall clock, in a language: `16 Nov 2026, 19:05`."""
    from babel import Locale, UnknownLocaleError
    from babel.dates import format_date

    wall = at.astimezone(zoneinfo.ZoneInfo(zone))
    locale = Locale("en")
    for name in (language, language.split("-")[0]):
        try:
            locale = Locale.parse(name, sep="-")
            break
        except (UnknownLocaleError, ValueError):
            continue
    return Plain(f"{format_date(wall, 'medium', locale=locale)}, {wall:%H:%M}")


class Wording:
    """Says things in one language, with times on one wall clock."""

    def __init__(self, say: Say, zone: str, language: str) -> None:
        self._say = say
        self._zone = zone
        self._language = language

    def at(self, moment: datetime.datetime) -> Plain:
        """A time in words."""
        return when(moment, self._zone, self._language)

    def done(self, actions: Iterable[str]) -> Plain:
        """What was done, as a list in one line."""
        return Plain(", ".join(self._say(Text(f"action-{each.replace('_', '-')}")) for each in actions))

    def summary(self, case: Summary) -> Field:
        """A case in a list of cases."""
        state = "state-appeal" if case.appeal_waits else "state-waits" if case.waits else "state-done"
        name = text(
            "record-title", number=case.number, name=Plain(case.name or "?"), when=self.at(case.opened)
        )
        rules = Plain(", ".join(case.rules) or "–")
        return Field(name, text("record-line", rules=rules, done=self.done(case.actions), state=text(state)))

    def for_its_person(self, case: CaseStory, says: Mapping[str, str]) -> Field:
        """One case as the person it is about reads it: what they wrote, what was done, when, why, until when.
        No names. `says` is what each rule says now."""
        lines = [self._say(each) for line in case.lines for each in self._own(line, says)]
        lines += [self._say(each) for each in self._until("own-until", case)]
        return Field(
            text("mine-title", number=case.number, when=self.at(case.opened)), Plain("\n".join(lines))
        )

    def for_moderators(self, case: CaseStory) -> list[Field]:
        """One case with everything in it."""
        fields = [self._entry(line) for line in case.lines]
        if case.in_force:
            fields.append(
                Field("in-force", Plain("\n".join(self._say(each) for each in self._until("until", case))))
            )
        return fields

    def sentences(self, says: Sequence[str]) -> list[Field]:
        """What the rules of a community say to people, a few at a time."""
        fields: list[Field] = []
        together = ""
        for each in dict.fromkeys(says):
            if together and len(together) + len(each) > _A_FIELD:
                fields.append(Field("rules-say", Plain(together)))
                together = ""
            together += ("\n" if together else "") + f"• {each}"
        if together:
            fields.append(Field("rules-say", Plain(together)))
        return fields

    def _own(self, line: Line, says: Mapping[str, str]) -> Iterator[Text]:
        why = line.words if line.done is Done.APPEAL else line.why_for_its_person
        if line.words and not why:
            words, room = Plain(_beginning(line.words)), Plain(line.room)
            yield text("own-wrote-in" if line.room else "own-wrote", words=words, room=room)
        if line.done is Done.RULE:
            yield text("own-rule", rules=Plain(", ".join(line.rules)), done=self.done(line.actions))
            if line.keyword:
                yield text("own-keyword", keyword=Plain(line.keyword))
            for each in dict.fromkeys(says[rule] for rule in line.rules if rule in says):
                yield text("own-says", say=Plain(each))
        else:
            done = Text("own-granted") if line.done is Done.GRANTED else self._done(line)
            yield text("own-done-why", done=done, why=Plain(why)) if why else text("own-done", done=done)

    def _entry(self, line: Line) -> Field:
        told: list[Says] = []
        if line.rules:
            rules = Plain(", ".join(f"{rule} ({version})" for rule, version in line.rules.items()))
            told.append(text("entry-rules", rules=rules, done=self.done(line.actions)))
        if line.escalated:
            told.append("entry-escalated")
        if line.room:
            told.append(text("entry-room", room=Plain(line.room)))
        if line.words:
            told.append(text("entry-words", words=Plain(_beginning(line.words))))
        if line.keyword:
            told.append(text("entry-keyword", keyword=Plain(line.keyword)))
        if line.why and line.done is Done.NOTE:
            told.append(Plain(line.why))
        elif line.why:
            told.append(text("entry-why", why=Plain(line.why)))
        if line.to is not None:
            told.append(text("entry-to", name=Plain(line.to.name or "?")))
        by = Plain(line.by.name) if line.by is not None and line.by.name else None
        title = (
            text("entry-title-by", done=self._done(line), when=self.at(line.at), name=by)
            if by is not None
            else text("entry-title", done=self._done(line), when=self.at(line.at))
        )
        return Field(title, Plain("\n".join(map(self._say, told)) or "–"))

    def _done(self, line: Line) -> Text:
        return Text(f"done-{line.done.value}")

    def _until(self, key: str, case: CaseStory) -> list[Text]:
        return [
            text(key, what=self.done([kind]), when=self.at(until)) for kind, until in case.in_force.items()
        ]


def _beginning(words: str) -> str:
    return words if len(words) <= _LONGEST_WORDS else words[: _LONGEST_WORDS - 1].rstrip() + "…"
