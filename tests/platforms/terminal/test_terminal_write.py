"""What people see in the terminal: the record, its JSON, and its lines."""

import json
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.terminal.files import file_name
from bot.platforms.terminal.write import asked, neutral, one_line, rendered, seen
from bot.sdk.people import Place, PlaceKind
from bot.sdk.words import (
    Kind,
    Shown,
    ShownButton,
    ShownField,
    ShownForm,
    ShownQuestion,
    ShownTable,
)

ROOM = Place("terminal", "evening", name="#evening")
DIRECT = Place("terminal", "@one", kind=PlaceKind.DIRECT)
FORM = ShownForm(
    "How is it?",
    "token",
    (
        ShownQuestion("mood", "Which?", Kind.CHOICE, False, "Any will do.", (("a", "Heavy"), ("b", "Light"))),
        ShownQuestion("words", "More?", Kind.LONG_TEXT, True, filled="one\ntwo", problem="Too long."),
    ),
)


def test_a_message_as_json_has_the_promised_shape():
    shown = Shown(
        title="Title",
        text="Text",
        fields=(ShownField("Call", "116 123", copy=True),),
        buttons=(ShownButton("Keep", "secret"), ShownButton("Chat", url="https://example.org")),
        table=ShownTable(("day", "mood"), (("Monday", "heavy"), ("火曜日", "light"))),
        footer="Footer",
        private=False,
    )
    record = seen(shown, "#evening", ["@one", "@two"], False, (), ROOM, 1)
    assert json.loads(json.dumps(record.as_json())) == {
        "to": "#evening",
        "seen_by": ["@one", "@two"],
        "private": False,
        "text": "Title\nText\nday     mood\nMonday  heavy\n火曜日  light",
        "fields": [{"name": "Call", "text": "116 123"}, {"name": "", "text": "Footer"}],
        "buttons": [{"n": 1, "label": "Keep"}, {"n": 2, "label": "Chat: https://example.org"}],
        "form": None,
        "files": [],
    }
    assert "secret" not in repr(record)


def test_a_question_as_json_has_the_promised_shape():
    assert asked(FORM, 0, "@one", DIRECT, 1).as_json() == {
        "to": "@one",
        "seen_by": ["@one"],
        "private": True,
        "text": "Any will do.",
        "fields": [],
        "buttons": [],
        "form": {
            "title": "How is it?",
            "question": "Which?",
            "kind": "choice",
            "choices": ["Heavy", "Light"],
            "optional": False,
        },
        "files": [],
    }


def test_a_question_again_says_what_was_wrong_and_what_was_written():
    record = asked(FORM, 1, "@one", DIRECT, 1)
    assert record.text == "Too long.\n> one\n> two"
    lines = rendered(record).plain.splitlines()
    assert lines[0] == "@one (only you)"
    assert lines[-1] == "(- keeps your answer, /stop leaves the form)"


def test_a_number_to_copy_stands_alone_on_its_line():
    shown = Shown(fields=(ShownField("Samaritans", "116 123", copy=True), ShownField("Open", "always")))
    lines = rendered(seen(shown, "@one", ["@one"], True, (), DIRECT, 1)).plain.splitlines()
    assert "116 123" in lines
    assert "Open: always" in lines


def test_private_answers_are_marked_and_public_ones_are_not():
    private = seen(Shown(text="x"), "@one", ["@one"], True, (), DIRECT, 1)
    public = seen(Shown(text="x", private=False), "#evening", [], False, (), ROOM, 1)
    assert rendered(private).plain.startswith("@one (only you)\n")
    assert rendered(public).plain.startswith("#evening\n")


@given(st.text())
def test_neutral_words_hold_nothing_a_terminal_obeys(words):
    for shown in (neutral(words), one_line(words)):
        assert not [one for one in shown if unicodedata.category(one) == "Cc" and one not in "\n\t"]
        assert not [
            one for one in shown if unicodedata.bidirectional(one) in {"LRO", "RLO", "LRE", "RLE", "PDF"}
        ]
    assert "\n" not in one_line(words)
    assert neutral(neutral(words)) == neutral(words)


@given(st.text())
def test_a_saved_file_stays_in_its_folder(name):
    kept = file_name(name)
    assert kept
    assert not set(kept) & set('/\\\0\n:"<>|?*')
    assert not kept.startswith(".")
