"""What phones do to YAML is mended where it stands in the way, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config.documents import load
from bot.config.phone import Mend, mended

PHONE = """\
name: \u201cEvening circle\u201d
zone:\u00a0Europe/London
roles:
\u00a0 moderator: [\u201cMod\u201d, \u2018Sam\u2019, power 50]
groups:
  evening:
    name: Don\u2019t stop \u2013 ever
    room: \u201c#evening\u201d # a \u201ccomment\u201d
    checkins:
      prompts:
      \u2013 at: 19:00
        questions:
          - \u201cHow\u2019s it \\ "going"?\u201d
          - |
            \u2013 this stays \u201cas it is\u201d
      notes\u00a0: yes
\u201clanguage\u201d: en
country\uff1aGB
"""
MEANT = """\
name: "Evening circle"
zone: Europe/London
roles:
  moderator: ["Mod", "Sam", power 50]
groups:
  evening:
    name: Don\u2019t stop \u2013 ever
    room: "#evening" # a \u201ccomment\u201d
    checkins:
      prompts:
      - at: 19:00
        questions:
          - "How\u2019s it \\\\ \\"going\\"?"
          - |
            \u2013 this stays \u201cas it is\u201d
      notes: yes
"language": en
country: GB
"""


def test_everything_a_phone_does_is_mended_and_told_by_line() -> None:
    text, mends = mended(PHONE)
    assert text == MEANT
    assert mends == [
        Mend(1, "quotes"), Mend(2, "spaces"), Mend(4, "spaces"), Mend(4, "quotes"), Mend(8, "quotes"),
        Mend(11, "dashes"), Mend(13, "quotes"), Mend(16, "spaces"), Mend(17, "quotes"), Mend(18, "colons"),
    ]  # fmt: skip
    document, findings = load(text, "f")
    assert findings == []
    assert document is not None
    assert document.data["roles"] == {"moderator": ["Mod", "Sam", "power 50"]}


@pytest.mark.parametrize(
    "text",
    [
        "name: He said \u201chi\u201d \u2013 yes\nzone: UTC\n",
        'name: "\u201cquoted\u201d"\nzone: UTC\n',
        "name: a\u00a0b\nextra: |\n  \u2013 a\n  \u201cb\u201d\n",
        "",
    ],
)
def test_good_writing_stays(text: str) -> None:
    assert mended(text) == (text, [])


def test_what_is_broken_otherwise_stays_broken() -> None:
    text = "name: [\nzone: \u201cUTC\u201d\n"
    assert load(mended(text)[0], "f")[1]


@given(st.text("ab:-#\"' \n|[],\u00a0\u201c\u201d\u2018\u2019\u2013\uff1a", max_size=60))
def test_mending_twice_is_mending_once_and_never_loses_a_line(text: str) -> None:
    once, _ = mended(text)
    assert once.count("\n") == text.count("\n")
    again, _ = mended(once)
    assert mended(again)[0] == again
