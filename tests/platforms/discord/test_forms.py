"""Forms out as modals and back in."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.discord import check_form, forms
from bot.sdk.errors import Declaration
from bot.sdk.words import Kind, ShownForm, ShownQuestion, Upload
from bot.testing.discord_server.check_components import check_modal


class Sent(Upload):
    def __init__(self, raw: dict[str, Any]) -> None:
        self.name, self.type, self.size = raw["filename"], "", 0

    async def read(self) -> bytes:
        return b""


def ask(name: str = "q", kind: Kind = Kind.TEXT, **more: Any) -> ShownQuestion:
    fields: dict[str, Any] = {"label": "How?", "optional": False, "upto": 300}
    return ShownQuestion(name=name, kind=kind, **(fields | more))


def form(*questions: ShownQuestion, **more: Any) -> ShownForm:
    return ShownForm("Title", "token", questions, **more)


def inputs(made: dict[str, Any]) -> list[dict[str, Any]]:
    return [part["component"] for part in made["components"] if part["type"] == 18]


def test_each_kind_of_question_has_its_input() -> None:
    made = forms.modal(
        form(
            ask("short"),
            ask("long", Kind.LONG_TEXT, optional=True, filled="so far"),
            ask("number", Kind.NUMBER),
            ask("yes", Kind.YES_NO, choices=(("yes", "Yes"), ("no", "No")), filled="no"),
            ask("file", Kind.FILE, optional=True),
        )
    )
    assert inputs(made) == [
        {"type": 4, "custom_id": "short", "style": 1, "max_length": 300, "required": True},
        {"type": 4, "custom_id": "long", "style": 2, "max_length": 300, "required": False, "value": "so far"},
        {"type": 4, "custom_id": "number", "style": 1, "max_length": 20, "required": True},
        {
            "type": 21, "custom_id": "yes", "required": True,
            "options": [{"label": "Yes", "value": "yes"}, {"label": "No", "value": "no", "default": True}],
        },
        {"type": 19, "custom_id": "file", "min_values": 0, "max_values": 1, "required": False},
    ]  # fmt: skip
    assert list(check_modal(made)) == []


@pytest.mark.parametrize(("count", "type"), [(1, 3), (2, 21), (10, 21), (11, 3), (25, 3)])
def test_choices_are_radio_buttons_where_discord_has_them(count: int, type: int) -> None:
    choices = tuple((f"v{n}", f"Label {n}") for n in range(count))
    made = forms.modal(form(ask("pick", Kind.CHOICE, choices=choices, filled="v0")))
    (asked,) = inputs(made)
    assert asked["type"] == type
    assert [one["value"] for one in asked["options"] if one.get("default")] == ["v0"]
    assert list(check_modal(made)) == []


def test_a_problem_stands_above_the_questions_or_where_there_is_room() -> None:
    made = forms.modal(form(ask(help="Help"), problem="No *such* thing"))
    assert made["components"][0] == {"type": 10, "content": r"No \*such\* thing"}
    made = forms.modal(form(*(ask(f"q{n}") for n in range(5)), problem="No such thing"))
    assert made["components"][0]["description"] == "No such thing"
    made = forms.modal(form(ask(help="Help", problem="Too long")))
    assert made["components"][0]["description"] == "Too long"


def test_words_that_were_too_long_come_back_whole() -> None:
    (asked,) = inputs(forms.modal(form(ask(upto=5, filled="far too long"))))
    assert asked["value"] == "far too long"
    assert asked["max_length"] == 12


@pytest.mark.parametrize(
    "broken",
    [
        form(ask(label="x" * 46)),
        form(ask(help="x" * 101)),
        form(ask(kind=Kind.CHOICE, choices=(("a", "x" * 101),))),
        form(ask(kind=Kind.CHOICE, choices=tuple((f"v{n}", "x") for n in range(26)))),
        form(*(ask(f"q{n}") for n in range(6))),
        form(),
        ShownForm("T" * 46, "token", (ask(),)),
    ],
)
def test_what_discord_would_shorten_or_refuse_is_found_at_load(broken: ShownForm) -> None:
    with pytest.raises(Declaration):
        check_form(broken)
    check_form(form(ask()))


TEXTS = st.text(max_size=150)


@given(
    TEXTS.filter(str.strip),
    st.lists(
        st.builds(
            ShownQuestion, name=st.uuids().map(str), label=st.text(min_size=1, max_size=80), help=TEXTS,
            kind=st.sampled_from([Kind.TEXT, Kind.LONG_TEXT, Kind.NUMBER]), optional=st.booleans(),
            problem=TEXTS, upto=st.integers(1, 9000), filled=st.one_of(st.none(), st.text(max_size=5000)),
        ), min_size=1, max_size=5,
    ), TEXTS,
)  # fmt: skip
def test_whatever_a_form_says_its_modal_is_within_discords_limits(
    title: str, questions: list[ShownQuestion], problem: str
) -> None:
    made = forms.modal(ShownForm(title, "token", tuple(questions), problem))
    assert list(check_modal(made)) == []


def test_answers_come_back_by_question() -> None:
    data = {
        "components": [
            {"type": 10, "id": 1},
            {"type": 18, "component": {"type": 4, "custom_id": "name", "value": "fern"}},
            {"type": 18, "component": {"type": 4, "custom_id": "left", "value": ""}},
            {"type": 18, "component": {"type": 21, "custom_id": "bed", "value": "north"}},
            {"type": 18, "component": {"type": 21, "custom_id": "none", "value": None}},
            {"type": 18, "component": {"type": 3, "custom_id": "menu", "values": ["one"]}},
            {"type": 18, "component": {"type": 19, "custom_id": "file", "values": ["7"]}},
            {"type": 18, "component": {"type": 19, "custom_id": "nofile", "values": []}},
        ],
        "resolved": {"attachments": {"7": {"filename": "leaf.png"}}},
    }
    found = forms.answers(data, Sent)
    file = found.pop("file")
    assert isinstance(file, Upload)
    assert file.name == "leaf.png"
    assert found == {"name": "fern", "bed": "north", "menu": "one"}
