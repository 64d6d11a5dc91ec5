"""Forms: out as modals, and back in as the text of every answer.

https://docs.discord.com/developers/components/reference: each question is a label with one input in it.
Choices are radio buttons where there are two to ten, else a menu; yes and no are two radio buttons.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bot.sdk.words import Kind, ShownForm, ShownQuestion, Upload

from . import limits
from .literal import blank, literal

Json = dict[str, Any]

SELECT, INPUT, TEXT, LABEL, FILE_UPLOAD, RADIO = 3, 4, 10, 18, 19, 21
_SHORT, _PARAGRAPH = 1, 2


def modal(form: ShownForm) -> Json:
    """The data of the response that opens a form. What is too long ends in an ellipsis: `check_form`
    finds that when texts are tested. Raises `ValueError` for a form without questions, or too many."""
    questions = form.questions
    if not 1 <= len(questions) <= limits.FORM_PARTS:
        raise ValueError(f"a form of {len(questions)} questions")
    parts: list[Json] = []
    helps = [_help(question) for question in questions]
    if not blank(form.problem):
        if len(questions) < limits.FORM_PARTS:
            parts.append({"type": TEXT, "content": limits.shortened(literal(form.problem), limits.INPUT)})
        else:
            helps[0] = form.problem
    for question, help in zip(questions, helps, strict=True):
        part: Json = {
            "type": LABEL,
            "label": limits.shortened(question.label, limits.LABEL),
            "component": _input(question),
        }
        if not blank(help):
            part["description"] = limits.shortened(help, limits.LABEL_HELP)
        parts.append(part)
    return {
        "custom_id": form.token,
        "title": limits.shortened(form.title, limits.FORM_TITLE) or "…",
        "components": parts,
    }


def _help(question: ShownQuestion) -> str:
    return question.problem or question.help


def _input(question: ShownQuestion) -> Json:
    name, required = question.name, not question.optional
    if question.kind is Kind.FILE:
        least = 1 if required else 0
        bounds = {"min_values": least, "max_values": 1, "required": required}
        return {"type": FILE_UPLOAD, "custom_id": name, **bounds}
    if question.choices:
        return _choice(question)
    filled = question.filled or ""
    most = limits.NUMBER_INPUT if question.kind is Kind.NUMBER else min(question.upto, limits.INPUT)
    # What was typed before comes back whole, even where it is what was too long.
    most = max(1, most, min(limits.length(filled), limits.INPUT))
    style = _PARAGRAPH if question.kind is Kind.LONG_TEXT or "\n" in filled else _SHORT
    made: Json = {
        "type": INPUT, "custom_id": name, "style": style, "max_length": most, "required": required,
    }  # fmt: skip
    if filled:
        made["value"] = limits.shortened(filled, limits.INPUT)
    return made


def _choice(question: ShownQuestion) -> Json:
    options: list[Json] = []
    for value, label in question.choices[: limits.SELECT]:
        option: Json = {"label": limits.shortened(label, limits.OPTION) or "…", "value": value}
        if question.filled is not None and question.filled == value:
            option["default"] = True
        options.append(option)
    made: Json = {"custom_id": question.name, "required": not question.optional, "options": options}
    least, most = limits.RADIO
    if least <= len(options) <= most:
        return {"type": RADIO, **made}
    return {"type": SELECT, **made, "min_values": 0 if question.optional else 1, "max_values": 1}


def answers(data: Mapping[str, Any], upload: Callable[[Json], Upload]) -> dict[str, str | Upload]:
    """The answers of a submitted modal by question: text, the value of a choice, or a file. What was left
    out is not there."""
    files = (data.get("resolved") or {}).get("attachments") or {}
    found: dict[str, str | Upload] = {}
    for part in _inputs(data.get("components") or ()):
        name = part["custom_id"]
        given = part.get("value")
        if part.get("type") == FILE_UPLOAD:
            sent = [files[one] for one in part.get("values") or () if one in files]
            if sent:
                found[name] = upload(sent[0])
        elif isinstance(given, str) and given:
            found[name] = given
        elif part.get("values"):
            found[name] = str(part["values"][0])
    return found


def _inputs(components: Any) -> Iterator[Json]:
    for part in components:
        inside = [part["component"]] if "component" in part else part.get("components") or ()
        for one in inside:
            if "custom_id" in one:
                yield one
