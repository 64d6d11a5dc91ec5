from __future__ import annotations

import datetime

import pytest

from bot.config.profile import build_profile_model, parse_profile
from cogs.sharing import moments
from cogs.sharing.settings import Delay, Hours, SharingSettings

MODEL = build_profile_model({"sharing": SharingSettings}, {"sharing": SharingSettings})
HEAD = 'name: Us\nzone: Europe/London\ngroups:\n  ring:\n    name: Ring\n    room: "#ring"\n    sharing:\n'
NOON = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)
MINUTE = datetime.timedelta(minutes=1)


def test_it_is_off_unless_a_profile_says_otherwise() -> None:
    assert SharingSettings().policy == "off"
    profile, findings = parse_profile(HEAD + "      policy: off\n", "space.yaml", MODEL)
    assert findings == []
    assert profile is not None
    found = profile.group_sections("ring")["sharing"]
    assert isinstance(found, SharingSettings)
    assert found.policy == "off"


def test_a_whole_section_is_read() -> None:
    profile, findings = parse_profile(
        HEAD
        + "      policy: review-first\n      delay: {least: 5m, most: 2h}\n"
        + "      hours: {opens: 18:00, closes: 23:00}\n      who: group\n      known_days: 3\n"
        + "      warnings: [Loss, Hospital]\n      names: numbers\n      mute_days: 14\n",
        "space.yaml",
        MODEL,
    )
    assert findings == []
    assert profile is not None
    found = profile.group_sections("ring")["sharing"]
    assert isinstance(found, SharingSettings)
    assert (found.delay.least, found.delay.most) == (5 * MINUTE, 120 * MINUTE)
    assert found.warnings == ("Loss", "Hospital")


@pytest.mark.parametrize(
    ("section", "says"),
    [
        ("      policy: maybe\n", "policy"),
        ("      delay: {least: 0s}\n", "at least 1m"),
        ("      delay: {most: 5m}\n", "10m or more"),
        ("      delay: {least: 2h, most: 2h}\n", "nine minutes"),
        ("      delay: {least: 1d, most: 3d}\n", "at most 2d"),
        ("      hours: {opens: 08:00, closes: 08:00}\n", "two different times"),
        ("      warnings: [loss, Loss]\n", "each theme once"),
        ("      warnings: [a, b, c, d, e, f, g, h, i, j, k]\n", "warnings"),
        ("      small_group: 2\n", "small_group"),
        ("      mute_days: 0\n", "mute_days"),
        ("      keep: 1\n", "keep"),
        ("      reveal: yes\n", "reveal"),
    ],
)
def test_what_is_wrong_is_said(section: str, says: str) -> None:
    _, findings = parse_profile(HEAD + section, "space.yaml", MODEL)
    found = [str(one) for one in findings]
    assert len(found) == 1, found
    assert says in found[0]


def test_a_moment_is_random_and_within_delay_and_hours() -> None:
    delay = Delay(least=MINUTE, most=10 * MINUTE)
    drawn = {moments.when(NOON, delay, None, "Europe/London") for _ in range(200)}
    assert len(drawn) > 50
    assert all(MINUTE <= due - NOON <= 10 * MINUTE for due in drawn)
    night = Hours(opens=datetime.time(22), closes=datetime.time(2))
    for _ in range(50):
        due = moments.when(NOON, delay, night, "Europe/Berlin")
        assert night.open_at(moments.wall(due, "Europe/Berlin").time())
        assert NOON < due < NOON + datetime.timedelta(hours=10)
