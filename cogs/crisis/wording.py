"""A helpline in words: each number alone on its line, as dialled; what else is known below it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import overload

from bot.sdk import Field, Plain, Says, label, text

from .directory import GENERAL, Confidence, Emergency, Kind, Line, Precision, said_hours

Say = Callable[[Says], str]

_KEPT = 2000


def emergency_field(emergency: Emergency, say: Say) -> Field:
    """The emergency numbers, which stand before everything."""
    lines = []
    for number in emergency.numbers:
        lines.append(number.number)
        remarks = [say(f"service-{service}") for service in number.services]
        if number.by_text:
            remarks.append(say("emergency-by-text"))
        if number.from_mobile:
            remarks.append(say("emergency-from-mobile"))
        if remarks:
            lines.append(", ".join(remarks))
    lines.append(_checked(emergency.checked.written, emergency.checked.precision, say))
    if emergency.confidence == "low":
        lines.append(say("unconfirmed"))
    return Field("emergency-title", Plain("\n".join(lines)), copy=True, common=True)


_LABELS = {
    "from a mobile phone": "label-mobile",
    "from a landline": "label-landline",
    "from abroad": "label-abroad",
    "for parents": "label-parents",
    "for women": "label-women",
    "textphone": "label-textphone",
    "TTY": "label-textphone",
}
_LABELS_IN = {"in Arabic": "ar", "in English": "en", "in Russian": "ru"}


def line_field(line: Line, say: Say, tongue: Callable[[str], str], *, english: bool = True) -> Field:
    """One helpline with every way to reach it. `tongue` gives the name of a language by its code. Where its
    reader does not read `english`, what is known as a fact is told in their language, and what exists in
    English words only is marked as such; what moderators wrote stays as it is.
    """
    marked = not english and line.confidence is not Confidence.LOCAL
    labelled = _label(say, tongue) if marked else str
    lines: list[str] = []
    for phone in line.call:
        if phone.label:
            lines.append(labelled(phone.label))
        lines.append(phone.number)
        if phone.then:
            lines.append(say(text("then-press", keys=Plain(phone.then))))
        if phone.extension:
            lines.append(say(text("extension", number=Plain(phone.extension))))
    for number in line.text:
        if number.label or number.language:
            lines.append(labelled(number.label) if number.label else tongue(number.language))
        lines.append(say(text("text-word", word=Plain(number.send))) if number.send else say("text-any"))
        lines.append(number.number)
    for phone in line.whatsapp:
        lines.append(say("whatsapp"))
        lines.append(phone.number)
    for phone in line.also:
        lines.append(labelled(phone.label) if phone.label else say("also"))
        lines.append(phone.number)
    if line.chat:
        lines.append(say(text("chat", address=Plain(line.chat))))
    if line.website and line.website != line.chat:
        lines.append(say(text("web", address=Plain(line.website))))
    lines += _about(line, say, tongue, marked=marked)
    if line.police is not None:
        lines.append(say(f"police-{line.police.value}"))
    lines.append(_checked(line.checked.written, line.checked.precision, say))
    if line.confidence == "low":
        lines.append(say("unconfirmed"))
    words = Plain("\n".join(one for one in lines if one))
    return Field(Plain(line.name), words, copy=True, common=line.confidence is not Confidence.LOCAL)


def _label(say: Say, tongue: Callable[[str], str]) -> Callable[[str], str]:
    def told(label: str) -> str:
        if label in _LABELS_IN:
            return say(text("label-language", language=Plain(tongue(_LABELS_IN[label]))))
        return say(_LABELS[label] if label in _LABELS else text("in-english", words=Plain(label)))

    return told


class Wording:
    """Helplines and emergency numbers in words, put together once for each language: they are the same for
    everybody.

    `name` gives what a language is called (by its code) in a language.
    """

    def __init__(self, name: Callable[[str, str], str]) -> None:
        self._name = name
        self._kept: dict[tuple[int, str], tuple[Line | Emergency, Field]] = {}

    def of(self, line: Line | Emergency, language: str, say: Say) -> Field:
        """A line or the emergency numbers in this language, whose texts `say` finds."""
        key = id(line), language
        kept = self._kept.get(key)
        if kept is not None and kept[0] is line:
            return kept[1]
        if isinstance(line, Emergency):
            field = emergency_field(line, say)
        else:
            english = language.partition("-")[0] == "en"
            field = line_field(line, say, lambda code: self._name(code, language), english=english)
        if len(self._kept) >= _KEPT:
            self._kept.clear()
        self._kept[key] = line, field
        return field


class LineFields(Sequence[Field]):
    """The fields of many helplines, each put into words only when it is shown."""

    def __init__(self, lines: Sequence[Line], told: Callable[[Line], Field]) -> None:
        self._lines = lines
        self._told = told

    def __len__(self) -> int:
        return len(self._lines)

    @overload
    def __getitem__(self, at: int) -> Field: ...
    @overload
    def __getitem__(self, at: slice) -> list[Field]: ...
    def __getitem__(self, at: int | slice) -> Field | list[Field]:
        if isinstance(at, slice):
            return [self._told(line) for line in self._lines[at]]
        return self._told(self._lines[at])


def _about(line: Line, say: Say, tongue: Callable[[str], str], *, marked: bool) -> list[str]:
    """When, in which languages, for whom and where; then what else a caller should know."""
    parts: list[str] = []
    remarks: list[str] = []
    hours = _hours(line.hours, say)
    if line.always:
        parts.append(say("always-open"))
    elif hours is not None:
        parts.append(hours)
    if line.hours and (hours is None or (line.always and line.hours != "24/7")):
        (remarks if marked else parts).append(line.hours)
    if line.languages:
        parts.append(", ".join(tongue(code) for code in line.languages))
    if marked:
        parts += _whom(line, say)
    if line.audience and not (marked and _told_by_facts(line)):
        (remarks if marked else parts).append(line.audience)
    if line.region:
        parts.append(line.region)
    if line.note:
        remarks.append(line.note)
    told = [" · ".join(part for part in parts if part)]
    if not marked:
        return [*told, *remarks]
    return [*told, say(text("in-english", words=Plain(" · ".join(remarks))))] if remarks else told


def _whom(line: Line, say: Say) -> list[str]:
    whom = "everyone" if line.everyone else line.group.value if line.group is not None else ""
    kinds = ", ".join(say(label(kind)) for kind in line.kinds)
    return [say(f"for-{whom}"), kinds] if whom else [kinds]


def _told_by_facts(line: Line) -> bool:
    """Whether the facts say for whom a line is, so that its English words can be spared."""
    if line.narrow or line.speakers or any(letter.isdigit() for letter in line.audience):
        return False
    general = GENERAL.union({Kind.GENERAL_INFO}).intersection(line.kinds)
    return line.everyone or line.group is not None or not general


def _hours(hours: str, say: Say) -> str | None:
    return said_hours(
        hours,
        lambda word: say("always-open" if word == "always" else f"hours-{word}"),
        lambda told, place: say(text("hours-at", hours=Plain(told), place=Plain(place))),
    )


def _checked(written: str, precision: Precision, say: Say) -> str:
    key = "gathered" if precision is Precision.GATHERED else "checked"
    return say(text(key, date=Plain(written)))
