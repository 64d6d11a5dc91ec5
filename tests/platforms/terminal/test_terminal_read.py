"""The lines of the terminal: what each says to do, and what cannot be read."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.terminal.read import (
    Answers,
    Moves,
    Presses,
    Says,
    Sends,
    SetsClock,
    Unreadable,
    read_line,
)

AT = datetime.datetime.fromisoformat("2026-03-29T19:30")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("@peer1 #evening: /checkin", Says("peer1", "evening", "/checkin")),
        ("  @peer1  #evening :  /checkin \r\n", Says("peer1", "evening", "/checkin")),
        ("@peer1 #evening: it is: late #3 @x", Says("peer1", "evening", "it is: late #3 @x")),
        ("@peer1: /help", Says("peer1", None, "/help")),
        ("@peer1: presses 2", Says("peer1", None, "presses 2")),
        ("@Zoë #über-uns: hallo", Says("Zoë", "über-uns", "hallo")),
        ("\ufeff@peer1: first line of a file", Says("peer1", None, "first line of a file")),
        ("@peer1 #evening", Moves("peer1", "evening")),
        ("@peer1 presses 2", Presses("peer1", "2")),
        ("@peer1 presses I hear you", Presses("peer1", "I hear you")),
        ('@peer1 presses "I hear you"', Presses("peer1", "I hear you")),
        ("@peer1 answers heavy", Answers("peer1", "heavy")),
        ("@peer1 answers -", Answers("peer1", "-")),
        ('@peer1 answers "quoted" words', Answers("peer1", '"quoted" words')),
        ("@peer1 sends notes/plan one.yaml", Sends("peer1", "notes/plan one.yaml")),
        ("clock 2026-03-29T19:30 Europe/London", SetsClock(AT, "Europe/London")),
        ("clock 2026-03-29T19:30", SetsClock(AT, None)),
        ("clock 2026-03-29T19:30:05 Etc/GMT+5", SetsClock(AT.replace(second=5), "Etc/GMT+5")),
        ("", None),
        ("   ", None),
        ("#", None),
        ("# what this shows", None),
    ],
)
def test_what_a_line_says(line, said):
    assert read_line(line) == said


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("/checkin", "@who #room: words"),
        ("#evening", "@who #room: words"),
        ("peer1 #evening: /checkin", "@who #room: words"),
        ("@ #evening: /checkin", "@who #room: words"),
        ("@peer1 #: /checkin", "@who #room: words"),
        ("@peer1 evening: /checkin", "@who #room: words"),
        ("@peer1 #evening:", "words or a /command"),
        ("@peer1", "@who #room: words"),
        ("@peer1 presses", "@who #room: words"),
        ("@peer1 pushes 2", "@who #room: words"),
        (f"@{'x' * 33}: hello", "@who #room: words"),
        ("@peer1: " + "x" * 10_001, "at most 10000 characters"),
        ("clock", "a day, a time and a zone"),
        ("clock 19:30", "a day, a time and a zone"),
        ("clock 2026-03-29 19:30", "a day, a time and a zone"),
        ("clock 2026-03-29T19:30Z", "a day, a time and a zone"),
        ("clock 2026-02-30T19:30", "in the calendar"),
        ("clock 2026-02-28T24:30", "in the calendar"),
    ],
)
def test_what_cannot_be_read_says_what_was_expected(line, expected):
    with pytest.raises(Unreadable, match=expected.replace("(", r"\(")):
        read_line(line)


@given(st.text(min_size=8))
def test_a_line_that_is_nothing_is_refused_without_repeating_it(line):
    with pytest.raises(Unreadable) as refused:
        read_line(f"!{line}")
    assert line not in str(refused.value)
