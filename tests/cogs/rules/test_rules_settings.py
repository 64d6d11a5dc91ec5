"""The `rules:` section of a profile, held against its model as a moderator's file is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.config.profile import build_profile_model, parse_profile
from cogs.rules.settings import RulesProfile

HEAD = "name: Ours\nzone: Europe/London\nrules:\n"
KNOWN = {"packs": ["kind-words", "no-contact-details"], "pack rules": ["kind-dying", "no-slurs"]}


def parsed(section: str, *, writing: bool = True) -> tuple[RulesProfile | None, list[str]]:
    model = build_profile_model({"rules": RulesProfile}, {})
    profile, findings = parse_profile(
        HEAD + section, "space.yaml", model, ["#evening"], KNOWN if writing else None
    )
    return (profile.sections()["rules"] if profile is not None else None), [str(each) for each in findings]  # type: ignore[return-value]  # the section is of this model


@pytest.mark.parametrize(
    ("section", "found"),
    [
        ("  use: [kind-word]", 'space.yaml:4:9: use[1] is "kind-word", which is not there; expected a pack'),
        ("  use: [kind-word]", 'did you mean "kind-words"?'),
        ("  without: [no-slur]", 'did you mean "no-slurs"?'),
        ("  lists: []", 'did you mean "list"?'),
        ("  keep: 800d", "expected between 1d and 730d"),
        ("  agreement: {parts: []}", "too few entries"),
        ("  escalation: {steps: [{nudges: 3, within: 60d, then: [ask]}]}", "at most the 30d after which"),
        ("  escalation: {steps: [{nudges: 3, within: 1d, then: [hold]}]}", "about one message"),
        (
            "  escalation: {steps: [{nudges: 5, within: 1d, then: [ask]}, "
            "{nudges: 3, within: 1d, then: [ask]}]}",
            "more nudges in each step",
        ),
    ],
)
def test_what_is_wrong_is_told_with_the_nearest_name(section: str, found: str) -> None:
    profile, findings = parsed(section)
    assert profile is None
    assert found in "\n".join(findings)


@pytest.mark.parametrize(
    ("when", "then", "found"),
    [
        ("{any: [phon]}", "hold", 'did you mean "phone"?'),
        ("{word: [x]}", "hold", 'did you mean "words"?'),
        ("{invites: [discrd]}", "hold", 'did you mean "discord"?'),
        ("{mentions: {everyon: true}}", "hold", 'did you mean "everyone"?'),
        ("{not: {attachments: {kind: [exe]}}}", "hold", 'did you mean "kinds"?'),
        ("{language: {other_than: [english]}}", "hold", 'did you mean "en"?'),
        ("phone", "nudg", 'did you mean "nudge"?'),
        ("phone", "{tme out: 1d}", 'did you mean "time out"?'),
        ("phone", "suggest", "expected suggest: some words"),
        ("phone", "slow", "expected slow: 10m"),
    ],
)
def test_every_unknown_word_of_a_rule_gets_the_nearest_valid_one(when: str, then: str, found: str) -> None:
    _, findings = parsed(f"  list:\n    - id: a\n      when: {when}\n      then: [{then}]")
    assert len(findings) == 1
    assert found in findings[0]
    assert findings[0].startswith("space.yaml:6:" if when != "phone" else "space.yaml:7:")


def test_words_that_discord_would_cut_are_a_finding() -> None:
    rule = "  list: [{id: a, say: %s, when: phone, then: [hold]}]"
    assert parsed(rule % ("x" * 150))[1] == []
    assert "say is 151 characters long; expected at most 150" in parsed(rule % ("x" * 151))[1][0]


def test_a_room_and_a_second_rule_of_one_name_are_findings() -> None:
    section = (
        "  list:\n"
        '    - {id: a, when: phone, then: [hold], scope: {rooms: ["#evenin"]}}\n'
        "    - {id: b, when: phone, then: [hold]}\n"
        "    - {id: a, when: email, then: [hold]}"
    )
    _, findings = parsed(section)
    assert 'did you mean "#evening"?' in findings[0]
    _, findings = parsed(section.replace("evenin", "evening"))
    assert findings[0].startswith("space.yaml:7:12: id is a, as another rule is called already")


def test_a_pack_that_is_gone_holds_no_profile_back_that_is_in_force() -> None:
    section, findings = parsed("  use: [gone]\n  without: [gone-too]", writing=False)
    assert findings == []
    assert section is not None
    assert section.use == ("gone",)


def test_what_is_left_out_has_mild_defaults() -> None:
    section, _ = parsed("  use: [kind-words]")
    assert section is not None
    assert section.keep == timedelta(days=180)
    assert section.escalation.steps == ()
    assert not section.moderators_too
    assert section.agreement is None
    assert section.has_rules
    assert not RulesProfile().has_rules


def test_an_agreement_is_another_when_a_word_changes() -> None:
    marks = {
        section.agreement.mark
        for parts in ("[One., Two.]", "[One., Two!]", "[One. Two.]", "[One., Two.]")
        for section in [parsed(f"  agreement: {{parts: {parts}}}")[0]]
        if section is not None and section.agreement is not None
    }
    assert len(marks) == 3
