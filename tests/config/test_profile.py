"""The space profile: sections of cogs, rooms, and what changes from one to another."""

# ruff: noqa: E501 - findings stand in one line, as people see them

from __future__ import annotations

from datetime import time

import pytest

from bot.config.profile import Difference, SpaceProfile, build_profile_model, differences, parse_profile
from tests.config.toys import Checkins, Crisis, Profile

TEXT = """\
name: Circle
zone: Europe/London
country: gb
moderators_room: moderators
roles: {moderator: [Mod, Power 50, "@ann:example.org", 123456789012345678]}
groups:
  evening:
    name: Evening
    room: "#evening"
    zone: America/New_York
    checkins:
      prompts:
        - {id: a, at: 19:00, days: [mon]}
        - {id: b, cron: 0 11 * * 0}
      notes: no
  night: {name: Night, room: night, language: de}
"""


def read(text: str) -> SpaceProfile:
    profile, findings = parse_profile(text, "f", Profile)
    assert findings == []
    assert profile is not None
    return profile


def test_a_profile_with_the_sections_of_cogs() -> None:
    profile = read(TEXT)

    assert profile.country == "GB"
    assert profile.roles.moderator == ("Mod", "power 50", "@ann:example.org", "123456789012345678")
    assert [profile.zone_of("evening"), profile.zone_of("night")] == ["America/New_York", "Europe/London"]
    assert [profile.language_of("evening"), profile.language_of("night")] == ["en", "de"]
    assert profile.sections() == {}
    checkins = profile.group_sections("evening")["checkins"]
    assert isinstance(checkins, Checkins)
    assert checkins.notes is False
    assert getattr(checkins.prompts[0], "at", None) == time(19)
    assert profile.group_sections("night") == {}


def test_rooms_are_looked_up_where_they_are_known() -> None:
    assert parse_profile(TEXT, "f", Profile, ["evening", "Night", "#moderators"])[1] == []
    _, findings = parse_profile(TEXT, "f", Profile, ["evenings", "#moderators"])

    assert [str(found) for found in findings] == [
        'f:9:11: room is "#evening", a room that is not there; expected the name of a room of this space; '
        'did you mean "evenings"?',
        'f:16:30: room is "night", a room that is not there; expected the name of a room of this space',
    ]


def test_a_token_pasted_into_a_profile_is_never_printed() -> None:
    token = "MTIzNDU2Nzg5MDEyMzQ1Njc4" + ".GhIjKl." + "abcdefghijklmnopqrstuvwxyz0123456789AB"
    profile, findings = parse_profile(TEXT.replace("GB", token).replace("Mod,", f"{token},"), "f", Profile)

    assert profile is None
    assert "a Discord token is typed into this file" in str(findings[0])
    assert not any(token[:12] in str(found) for found in findings)


def test_power_levels() -> None:
    _, findings = parse_profile("name: a\nzone: UTC\nroles: {moderator: [power 101]}", "f", Profile)

    assert str(findings[0]) == (
        'f:3:21: moderator[1] has a power level that Matrix does not have; expected "power 0" to "power 100"'
    )


def test_a_section_cannot_take_the_name_of_a_setting() -> None:
    for name in ("groups", "model_dump", "zone_of", "two words"):
        with pytest.raises(ValueError, match="cannot be called"):
            build_profile_model({name: Crisis}, {})
    with pytest.raises(ValueError, match="cannot be called"):
        build_profile_model({}, {"room": Checkins})


def test_nothing_changes_where_only_the_writing_does() -> None:
    assert differences(read(TEXT), read(TEXT.replace("country: gb", "country: 'GB'\nlanguage: en"))) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("at: 19:00", "at: 20:00", Difference(("groups", "evening", "checkins", "prompts", "a", "at"), "changed", "19:00", "20:00")),
        ("country: gb", "", Difference(("country",), "removed", "GB", None)),
        ("      notes: no\n", "", Difference(("groups", "evening", "checkins", "notes"), "changed", False, True)),
        ("Mod, ", "", None),
        ("name: Night, room: night, language: de", "name: Night, room: night", Difference(("groups", "night", "language"), "removed", "de", None)),
        ("zone: Europe/London", "zone: Europe/London\ncrisis: {country: DE}", Difference(("crisis",), "added", None, {"country": "DE"})),
    ],
)  # fmt: skip
def test_what_changes(old: str, new: str, expected: Difference | None) -> None:
    assert old in TEXT
    found = differences(read(TEXT), read(TEXT.replace(old, new)))

    assert expected is None or found == [expected]
    assert found


def test_words_in_a_list_are_told_by_themselves() -> None:
    old, new = read(TEXT), read(TEXT.replace("Mod, Power 50", "Sam, power 50"))
    assert differences(old, new) == [
        Difference(("roles", "moderator", "Sam"), "added", None, "Sam"),
        Difference(("roles", "moderator", "Mod"), "removed", "Mod", None),
    ]


def test_what_comes_as_a_whole_is_told_as_it_was_written() -> None:
    more = TEXT.replace("      notes: no", "        - {id: c, at: 08:00}\n      notes: no")
    (prompt,) = differences(read(TEXT), read(more))
    assert (prompt.path[-1], prompt.new) == ("c", {"id": "c", "at": "08:00"})
    (group,) = differences(read(TEXT), read(TEXT + "  day: {name: Day, room: day}\n"))
    assert (group.path, group.new) == (("groups", "day"), {"name": "Day", "room": "day"})


def test_without_an_old_profile_everything_that_was_written_comes() -> None:
    found = differences(None, read("name: Circle\nzone: UTC\n"))
    assert found == [
        Difference(("name",), "added", None, "Circle"),
        Difference(("zone",), "added", None, "UTC"),
    ]


def test_entries_that_come_go_and_move_are_told_by_their_ids() -> None:
    one = read(TEXT)
    lines = TEXT.split("\n")
    first, second = lines[12], lines[13]
    moved = read("\n".join([*lines[:12], second, first, *lines[14:]]))
    gone = read("\n".join([*lines[:12], second, *lines[14:]]))
    path = ("groups", "evening", "checkins", "prompts")

    assert differences(one, moved) == [Difference(path, "moved", ["a", "b"], ["b", "a"])]
    assert [(each.path, each.kind) for each in differences(one, gone)] == [((*path, "a"), "removed")]
    assert [(each.path, each.kind) for each in differences(gone, one)] == [((*path, "a"), "added")]
    group = differences(one, read(TEXT[: TEXT.index("  night")]))
    assert [(each.path, each.kind) for each in group] == [(("groups", "night"), "removed")]
