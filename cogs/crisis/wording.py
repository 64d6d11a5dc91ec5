"""A helpline in words: each number alone on its line, as dialled; what else is known below it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import overload

from bot.sdk import Field, Plain, Says, text

from .directory import Emergency, Line, Precision, said_hours

Say = Callable[[Says], str]


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
    return Field("emergency-title", Plain("\n".join(lines)), copy=True)


def line_field(line: Line, say: Say, tongue: Callable[[str], str]) -> Field:
    """One helpline with every way to reach it. `tongue` gives the name of a language by its code."""
    lines: list[str] = []
    for phone in line.call:
        if phone.label:
            lines.append(phone.label)
        lines.append(phone.number)
        if phone.then:
            lines.append(say(text("then-press", keys=Plain(phone.then))))
        if phone.extension:
            lines.append(say(text("extension", number=Plain(phone.extension))))
    for number in line.text:
        if number.label or number.language:
            lines.append(number.label or tongue(number.language))
        lines.append(say(text("text-word", word=Plain(number.send))) if number.send else say("text-any"))
        lines.append(number.number)
    for phone in line.whatsapp:
        lines.append(say("whatsapp"))
        lines.append(phone.number)
    for phone in line.also:
        lines.append(phone.label or say("also"))
        lines.append(phone.number)
    if line.chat:
        lines.append(say(text("chat", address=Plain(line.chat))))
    if line.website and line.website != line.chat:
        lines.append(say(text("web", address=Plain(line.website))))
    lines.append(_about(line, say, tongue))
    if line.note:
        lines.append(line.note)
    if line.police is not None:
        lines.append(say(f"police-{line.police.value}"))
    lines.append(_checked(line.checked.written, line.checked.precision, say))
    if line.confidence == "low":
        lines.append(say("unconfirmed"))
    return Field(Plain(line.name), Plain("\n".join(one for one in lines if one)), copy=True)


class LineFields(Sequence[Field]):
    """The fields of many helplines, each put into words only when it is shown."""

    def __init__(self, lines: Sequence[Line], say: Say, tongue: Callable[[str], str]) -> None:
        self._lines, self._say, self._tongue = lines, say, tongue

    def __len__(self) -> int:
        return len(self._lines)

    @overload
    def __getitem__(self, at: int) -> Field: ...
    @overload
    def __getitem__(self, at: slice) -> list[Field]: ...
    def __getitem__(self, at: int | slice) -> Field | list[Field]:
        if isinstance(at, slice):
            return [line_field(line, self._say, self._tongue) for line in self._lines[at]]
        return line_field(self._lines[at], self._say, self._tongue)


def _about(line: Line, say: Say, tongue: Callable[[str], str]) -> str:
    parts = [say("always-open") if line.always else _hours(line.hours, say)]
    if line.languages:
        parts.append(", ".join(tongue(code) for code in line.languages))
    if line.audience:
        parts.append(line.audience)
    if line.region:
        parts.append(line.region)
    return " · ".join(part for part in parts if part)


def _hours(hours: str, say: Say) -> str:
    return said_hours(
        hours,
        lambda word: say("always-open" if word == "always" else f"hours-{word}"),
        lambda told, place: say(text("hours-at", hours=Plain(told), place=Plain(place))),
    )


def _checked(written: str, precision: Precision, say: Say) -> str:
    key = "gathered" if precision is Precision.GATHERED else "checked"
    return say(text(key, date=Plain(written)))
