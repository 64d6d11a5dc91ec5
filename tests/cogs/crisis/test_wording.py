"""Helplines in words: which of them may be kept ready as a platform shows them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from cogs.crisis.service import Directory, Kind, LineSetting
from cogs.crisis.wording import line_field

DATA = Path(__file__).resolve().parents[3] / "data" / "helplines"


def test_what_a_community_wrote_of_a_line_is_not_common() -> None:
    known = Directory.load(DATA).line("gb-samaritans")
    assert known is not None
    own = LineSetting(
        id="our-line",
        country="GB",
        name="Our line",
        kinds=(Kind.SUICIDE,),
        call=("116 123",),
        checked=date(2026, 11, 1),
        source="our moderators",
    )
    told = [line_field(line, str, str) for line in (known, own.line())]
    assert [field.common for field in told] == [True, False]
