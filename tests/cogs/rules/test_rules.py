"""Rules as a moderator writes them: checked, made ready, held against messages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.config.check import check
from bot.config.documents import load
from cogs.rules.matching.conditions import KIND_ORDER, RulesSettings
from cogs.rules.matching.facts import Attachment
from cogs.rules.matching.habits import Seen, fingerprint, language, remember
from cogs.rules.matching.packs import NAMES, read_packs
from cogs.rules.matching.rules import Hit, Message, RuleSet, Surroundings, compile_rules, together

PACKS = Path(__file__).resolve().parents[3] / "data" / "rules"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
EXAMPLE = """
use: []
list:
  - id: no-contact-details
    say: Please keep phone numbers and addresses out of the room.
    when: {any: [phone, email, postal_address]}
    except: {allow: ["988", "116 123", "020 7946 0958"], roles: [moderator], rooms: ["#introductions"]}
    then: [hold, nudge]
  - id: slow-down
    when: {repeat: {same_text: 3, within: 30s}}
    then: [nudge, slow: 10m]
  - id: stigma
    when: {words: ["psycho", "attention seeker*"], forms: true}
    then: [suggest: "Try describing what happened instead."]
"""


def ready(text: str, **more: Any) -> RuleSet:
    return compile_rules(
        RulesSettings.model_validate(yaml.safe_load(text)), {}, ("en", "de"), Surroundings(("GB", "US"))
    )


def one(when: Any, then: Any = ("hold",), **more: Any) -> RuleSet:
    settings = RulesSettings.model_validate(
        {"list": [{"id": "one", "when": when, "then": list(then), **more}]}
    )
    return compile_rules(settings, {}, ("en", "de"), Surroundings(("GB", "US")))


def met(rules: RuleSet, text: str, **more: Any) -> list[str]:
    return [each.rule for each in rules.check(Message(text, **more))]


def test_the_example_of_the_profile_works() -> None:
    rules = ready(EXAMPLE)
    text = "psycho, call 07700 900123"
    contact, stigma = rules.check(Message(text, room="lounge"))
    assert [text[slice(*each)] for each in contact.places] == ["07700 900123"]
    assert [each.kind for each in contact.actions] == ["nudge", "hold"]
    assert contact.say == "Please keep phone numbers and addresses out of the room."
    assert (stigma.rule, [text[slice(*each)] for each in stigma.places]) == ("stigma", ["psycho"])
    assert stigma.actions[0].value == "Try describing what happened instead."
    assert met(rules, text, roles=frozenset({"Moderator"})) == ["stigma"]
    assert met(rules, text, room="introductions") == ["stigma"]
    assert met(rules, "call 020 7946 0958") == []
    assert met(rules, "a quiet day") == []


def test_the_same_text_again_and_again() -> None:
    rules = ready(EXAMPLE)
    assert rules.window == timedelta(seconds=30)
    recent: tuple[Seen, ...] = ()
    seen = []
    for number, text in enumerate(["hello", "HELLO!", "h e l l o? no", "hellooo", "hello"]):
        at = NOON + timedelta(seconds=5 * number)
        seen.append(met(rules, text, at=at, recent=recent))
        recent = remember(recent, Seen(at, "lounge", fingerprint(text)), rules.window)
    assert seen == [[], [], [], ["slow-down"], ["slow-down"]]
    later = NOON + timedelta(minutes=5)
    assert met(rules, "hello", at=later, recent=recent) == []
    assert len(remember(recent * 40, Seen(later, "", b""), timedelta(days=1))) == 50


@pytest.mark.parametrize(
    ("when", "yes", "no"),
    [
        ({"capitals": {"percent": 70, "letters": 10}}, "THIS IS ALL LOUD", "This is not"),
        ({"repeat": {"characters": 8}}, "nooooooooo", "noooo"),
        ({"repeat": {"words": 4}}, "please please please please", "please please"),
        ({"marks": 5}, "a\u0301\u0302\u0303\u0304\u0305", "Tiếng Việt בְּרֵאשִׁית مُحَمَّدٌ"),
        ({"length": {"over": 20}}, "x" * 21, "x" * 20),
        ({"emoji": 3}, "<:a1:123456789012345678> 😀 🇩🇪", "😀"),
        ({"language": {"other_than": ["en"]}}, "ich habe heute nicht gut geschlafen und es war auch laut",
         "I have not been well and it is hard for me"),
        ({"domains": ["example.org"]}, "see http://www.example.org/x", "see http://example.com"),
        ({"invites": ["matrix"]}, "https://matrix.to/#/#a:b.c", "discord.gg/abc"),
        ({"patterns": [r"\bbuy\s+now\b"]}, "please BUY  now", "buying now"),
        ({"all": ["links", {"not": "invites"}]}, "https://example.org", "discord.gg/abc"),
        ({"any": ["phone", {"words": ["zebra"]}]}, "a zebra", "a horse"),
    ],
)  # fmt: skip
def test_conditions_hold_where_they_should(when: Any, yes: str, no: str) -> None:
    rules = one(when)
    assert met(rules, yes) == ["one"]
    assert met(rules, no) == []


def test_conditions_about_what_comes_with_a_message() -> None:
    assert met(one({"mentions": {"people": 2}}), "hi", people=("a", "b", "a")) == ["one"]
    assert met(one({"mentions": {"people": 3}}), "hi", people=("a", "b", "a")) == []
    assert met(one({"mentions": {"everyone": True}}), "hi", everyone=True) == ["one"]
    program = Attachment("run.EXE", "application/x-msdownload", 5_000_000)
    assert met(one({"attachments": {"kinds": ["exe"]}}), "", attachments=(program,)) == ["one"]
    assert met(one({"attachments": {"kinds": ["image"]}}), "", attachments=(program,)) == []
    assert met(one({"attachments": {"over_kib": 4000}}), "", attachments=(program,)) == ["one"]
    young = one({"new_member": "1d"})
    assert met(young, "hi", at=NOON, joined_at=NOON - timedelta(hours=3)) == ["one"]
    assert met(young, "hi", at=NOON, joined_at=NOON - timedelta(days=3)) == []
    assert met(one({"message_age": "1h"}), "hi", at=NOON, edited_at=NOON + timedelta(hours=2)) == ["one"]
    fast = tuple(Seen(NOON - timedelta(seconds=each), "a", b"x") for each in range(5, 0, -1))
    assert met(one({"rate": {"messages": 6, "within": "10s"}}), "hi", at=NOON, recent=fast) == ["one"]


def test_scope_says_where_a_rule_looks() -> None:
    words = {"words": ["zebra"]}
    assert met(one(words), "zebra", what="nickname") == []
    assert met(one(words, scope={"nicknames": True}), "zebra", what="nickname") == ["one"]
    assert met(one(words, scope={"anonymous": False}), "zebra", anonymous=True) == []
    assert met(one(words, scope={"edits": False}), "zebra", edited_at=NOON) == []
    assert met(one(words, scope={"rooms": ["#lounge"]}), "zebra", room="Lounge") == ["one"]
    assert met(one(words, scope={"groups": ["grief"]}), "zebra", group="other") == []
    assert met(one(words, scope={"roles": ["new"]}), "zebra", roles=frozenset({"old"})) == []
    assert met(one(words, **{"except": {"when": {"words": ["stripes"]}}}), "zebra with stripes") == []
    assert met(one(words, **{"except": {"allow": ["zebra crossing"]}}), "the zebra crossing") == []
    assert met(one("links", **{"except": {"allow": ["mind.org.uk"]}}), "https://www.mind.org.uk/x") == []


@pytest.mark.parametrize("contact", ["phone", "email", "postal_address", "links", "invites"])
def test_what_a_rule_asks_beside_other_conditions_is_looked_for(contact: str) -> None:
    text = {
        "phone": "07700 900123",
        "email": "ann@example.org",
        "postal_address": "12 Elm Street",
        "links": "https://example.org",
        "invites": "discord.gg/abc",
    }[contact]
    assert met(one({"any": [contact, {"length": {"over": 500}}]}), text) == ["one"]
    assert met(one({"not": contact}), text) == []
    assert met(one({"not": contact}), "nothing of that") == ["one"]
    assert met(one({"all": [{"length": {"over": 2}}, {"not": contact}]}), text) == []
    assert met(one({"length": {"over": 2}}, **{"except": {"when": {"not": contact}}}), text) == ["one"]


def test_mistakes_are_told_with_their_place() -> None:
    text = """
list:
  - id: a
    when: {any: [phon]}
    then: [nuge, slow: 10]
  - id: b
    when: {words: ["psy*cho"]}
    then: [hold]
  - id: c
    when: {patterns: ["(?=a)b"]}
    then: [hold, hold]
  - id: d
    when: {forms: true}
    then: [time out: 90d]
"""
    document, _ = load(text, "space.yaml")
    assert document is not None
    _, findings = check(document, RulesSettings)
    told = "\n".join(map(str, findings))
    for expected in ('did you mean "phone"', 'did you mean "nudge"', "without a unit",
    "* that is not its end",
                     "looks ahead or behind", "no condition", "time out cannot have"):  # fmt: skip
        assert expected in told
    assert {each.line for each in findings} >= {4, 5, 7, 10}


def test_slow_patterns_are_refused_with_the_reason() -> None:
    slow = [f"{one}.{{0,40}}{two}" for one in "abcdefghijk" for two in "lmnopqrstu"]
    document, _ = load(
        yaml.safe_dump({"list": [{"id": "a", "when": {"patterns": slow}, "then": ["hold"]}]}), "x.yaml"
    )
    assert document is not None
    settings, findings = check(document, RulesSettings, {"known": {"packs": ()}})
    assert settings is None
    assert "on the worst line of 4,000 characters, and 3 ms is the most" in str(findings[0])
    assert findings[0].problem.startswith("patterns["), "it points at the costliest pattern"
    assert findings[0].line > 4


def test_actions_of_several_rules_come_together_in_the_kind_order() -> None:
    rules = ready("""
list:
  - {id: a, when: {words: [zebra]}, then: [hold, slow: 5m, suggest: one]}
  - {id: b, when: {words: [zebra]}, then: [ask, slow: 10m, suggest: two, nudge]}
""")
    actions = together(rules.check(Message("zebra")))
    assert [each.kind for each in actions] == ["suggest", "suggest", "nudge", "hold", "slow", "ask"]
    assert next(each.value for each in actions if each.kind == "slow") == timedelta(minutes=10)
    assert list(KIND_ORDER) == sorted(KIND_ORDER, key=KIND_ORDER.index)


@pytest.mark.parametrize("tongue", ["en", "de"])
def test_packs_are_complete_and_can_be_replaced_rule_by_rule(tongue: str) -> None:
    packs = read_packs(PACKS, tongue)
    assert set(packs) == set(NAMES)
    assert all(each.language == tongue for each in packs.values())
    ids = [rule.id for pack in packs.values() for rule in pack.rules]
    assert len(set(ids)) == len(ids)
    assert all(rule.say and len(rule.say) <= 150 for pack in packs.values() for rule in pack.rules)
    own = {"id": ids[0], "when": {"words": ["zebra"]}, "then": ["report"]}
    settings = RulesSettings.model_validate({"use": sorted(packs), "list": [own]})
    rules = compile_rules(settings, {name: pack.rules for name, pack in packs.items()}, (tongue,))
    assert len(rules.rules) == len(ids)
    assert met(rules, "zebra") == [ids[0]]


def test_the_packs_say_what_they_are_for() -> None:
    english = compile_rules(
        RulesSettings(use=NAMES), {n: p.rules for n, p in read_packs(PACKS, "en").items()}
    )
    assert met(english, "such a psycho") == ["kind-labels"]
    assert met(english, "he committed suicide") == ["kind-dying"]
    assert met(english, "just kill yourself") == ["no-cruelty"]
    assert met(english, "join discord.gg/abc", at=NOON, joined_at=NOON - timedelta(hours=1)) == [
        "newcomer-invites"
    ]
    assert met(english, "join discord.gg/abc", at=NOON, joined_at=NOON - timedelta(days=9)) == []
    for kind in (
        "I want to kill myself",
        "my psychologist is kind",
        "died by suicide",
        "trauma therapy helps me",
    ):
        assert met(english, kind) == []
    german = compile_rules(
        RulesSettings(use=NAMES), {n: p.rules for n, p in read_packs(PACKS, "de").items()}, ("de",)
    )
    assert met(german, "so ein Psycho") == ["kind-labels"]
    assert met(german, "bring dich um") == ["no-cruelty"]
    assert met(german, "ich bringe dich um acht nach Hause, meine Psychologin wartet") == []


@given(st.text(max_size=400), st.sampled_from(["message", "title"]))
def test_no_text_makes_it_raise(text: str, what: Any) -> None:
    for hit in EVERYTHING.check(Message(text, what=what, at=NOON)):
        assert isinstance(hit, Hit)
        assert all(0 <= start < end <= len(text) for start, end in hit.places)


EVERYTHING = one(
    {"any": ["phone", "email", "postal_address", "links", "invites", {"words": ["a", "psycho", "1"]},
    {"patterns": [r"\w+"]},
             {"marks": 3}, {"repeat": {"characters": 4, "words": 2}}, {"emoji": 1},
             {"language": {"other_than": ["en"]}}]}
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("I have not been well and it is hard for me", "en"),
        ("ich habe heute nicht gut geschlafen und es war auch laut", "de"),
        ("мне сегодня очень грустно и ты это знаешь", "ru"),
        ("今日は死ぬほど疲れたのでもう寝ますね", "ja"),
        ("ok lol", ""),
        ("Anna Berlin Tuesday", ""),
    ],
)
def test_a_language_is_named_only_where_it_is_certain(text: str, code: str) -> None:
    assert language(text) == code


def test_a_message_never_shows_its_words_in_a_repr() -> None:
    assert "secret" not in repr(Message("secret"))
