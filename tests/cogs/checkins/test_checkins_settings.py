from __future__ import annotations

import datetime

import pytest

from bot.config.profile import build_profile_model, parse_profile
from bot.sdk import Cron, Daily
from cogs.checkins.settings import CheckinSettings, CommunitySettings

MODEL = build_profile_model({"checkins": CommunitySettings}, {"checkins": CheckinSettings})
HEAD = 'name: Us\nzone: Europe/London\ngroups:\n  ring:\n    name: Ring\n    room: "#ring"\n    checkins:\n'


def problems(section: str) -> list[str]:
    _, findings = parse_profile(HEAD + section, "space.yaml", MODEL)
    return [str(one) for one in findings]


def test_prompts_become_rules() -> None:
    profile, findings = parse_profile(
        HEAD
        + "      prompts:\n"
        + "        - {at: 19:00, days: [mon, thu], grace: 30m}\n"
        + '        - {id: sunday, cron: "0 10 * * 0", questions: [How was the week?]}\n'
        + "      group_picture: {from_people: 3}\n",
        "space.yaml",
        MODEL,
    )
    assert findings == []
    assert profile is not None
    settings = profile.group_sections("ring")["checkins"]
    assert isinstance(settings, CheckinSettings)
    first, second = settings.named().values()
    assert list(settings.named()) == ["1", "sunday"]
    assert first.rule == Daily(datetime.time(19), frozenset({1, 4}))
    assert first.grace == datetime.timedelta(minutes=30)
    assert second.rule == Cron("0 10 * * 0")


@pytest.mark.parametrize(
    ("section", "says"),
    [
        ("      prompts: [{days: mon}]\n", "no time"),
        ('      prompts: [{at: 19:00, cron: "0 19 * * *"}]\n', "both at and cron"),
        ("      prompts: [{id: a, at: 19:00}, {id: a, at: 20:00}]\n", "two prompts with one id"),
        ("      prompts: [{id: '2', at: 19:00}, {at: 20:00}]\n", "two prompts with one id"),
        ("      prompts: [{at: 19:00, grace: 3d}]\n", "at most a day"),
        ("      moods: [a, b, c, d]\n", "moods"),
        ("      moods: [a, b, c, d, A]\n", "one word twice"),
        ("      moods: [a, b, c, d, this is far too long for any button there is]\n", "moods"),
        ("      group_picture: {from_people: 2}\n", "from_people"),
        ("      prompt: []\n", "prompts"),
    ],
)
def test_what_is_wrong_is_said(section: str, says: str) -> None:
    found = problems(section)
    assert len(found) == 1, found
    assert says in found[0]
