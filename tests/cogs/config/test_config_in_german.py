"""What is wrong with a profile is told in the language of the community, on the command line in English."""

# ruff: noqa: E501 - findings stand in one line, as people see them

from __future__ import annotations

import logging
import re

import pytest
from typer.testing import CliRunner

from bot.cli import app as cli
from bot.testing.chat import SPACE, Chat

from .test_config_conversations import file_of, in_force, labels, uploads, words

PROFILE = """\
name: Abendrunde
zone: Europe/Berlin
language: de
country: DE
moderators_room: mods
roles:
  moderator: [mod]
groups:
  ring:
    name: Die Runde
    room: "#ring"
    checkins:
      prompts:
        - id: abends
          at: 18:00
"""
RULES = "rules:\n  list:\n    - {id: eins, when: {words: [zebra]}, then: [nudge]}\n"
ACTIONS = [
    (
        "then: [nudge, slow: 99d]",
        "then[2] hat eine Dauer, die slow nicht haben kann; erwartet: zwischen 1s und 28d",
    ),
    (
        "then: [holt]",
        "then[1] ist 'holt', und das ist hier nicht bekannt; erwartet: nudge, fold, hold, remove, report, "
        'ask, oder slow: 10m, time out: 10m, suggest: ein paar Worte; meintest Du "hold"?',
    ),
    (
        "except: {when: {patterns: ['(a']}}, then: [nudge]",
        "patterns[1] enthält eine öffnende Klammer ohne die schließende; erwartet: ein regulärer Ausdruck, wie "
        "RE2 ihn kennt",
    ),
    ("then: [nudge, nudge]", "list[1] nennt eine Maßnahme zweimal; erwartet: jede Maßnahme einmal"),
]
"""What a rule may say wrongly, and what is told."""
FILES = [
    (b"name: \xe4", "dieses Zeichen ist kein UTF-8; erwartet: dass die Datei als UTF-8 gespeichert ist"),
    (b"", "die Datei ist leer; erwartet: Einstellungen, zum Beispiel name: Wert"),
    (b'name: "Abend\nzone: UTC\n', "ein Anführungszeichen öffnet sich hier und schließt sich nie"),
    (b"name: eins\nname: zwei\n", '"name" steht hier zum zweiten Mal, zuerst in Zeile 1'),
    (
        b"name: x\ntoken: syt_aGVhcnRo_abcdefghijklmnopqrst_123abc\n",
        "ein Token von Matrix steht in dieser Datei",
    ),
    (
        PROFILE.encode() + b"crisis: {lines: [{id: neu, country: DE, name: Wir, call: ['11x']}]}\n",
        "call: das ist keine Nummer zum Anrufen: '11x'; erwartet: Nummern zum Anrufen",
    ),
    (
        PROFILE.replace("at: 18:00", "cron: 0 99 * * *").encode(),
        'cron ist "0 99 * * *", und die Stunde darin geht nicht',
    ),
    (PROFILE.encode() + b"sharing: {delay: {least: 5s}}\n", "least ist 5s; erwartet: mindestens 1m"),
]
"""Files of one mistake each, and what is told."""
ENGLISH = re.compile(
    r"\b(expected|did you mean|such as|is missing|known here|which is|at most|at least|file)\b"
)

pytestmark = [pytest.mark.hearth(profile=PROFILE + RULES), pytest.mark.faces("terminal")]


def german(told: str) -> str:
    """The words, in which none of English stands."""
    assert not ENGLISH.search(told), told
    return told


@pytest.mark.faces("terminal", "discord")
async def test_mistakes_of_many_kinds_are_told_in_german(chat: Chat) -> None:
    mod = chat.person("mod")
    before = in_force(chat)
    wrong = (
        before.replace("Europe/Berlin", "Europe/Berlni")
        .replace("    name: Die Runde\n", "")
        .replace(" room:", " rom:")
        .replace("18:00", "25:00")
        .replace("id: eins, ", "")
    )
    seen = await uploads(chat, mod, wrong)
    told = german(words(seen))
    assert seen.text.startswith("5 Dinge in diesem Profil sind nicht zu verstehen.")
    assert (
        'zone ist "Europe/Berlni", und das ist keine Zeitzone; erwartet: der Name einer Zeitzone, zum Beispiel '
        'Europe/Berlin; meintest Du "Europe/Berlin"?\n> zone: Europe/Berlni'
    ) in told
    assert "name fehlt; erwartet: wie die Gruppe heißt\n> ring:" in told
    assert (
        "rom ist hier keine bekannte Einstellung; erwartet: name, room, zone, language, checkins oder sharing; "
        'meintest Du "room"?'
    ) in told
    assert 'at ist "25:00"; erwartet: eine Uhrzeit, zum Beispiel 19:00' in told
    assert "id fehlt; erwartet: der Kurzname der Regel, der sich nie ändert" in told
    assert in_force(chat) == before


async def test_what_is_wrong_with_a_rule_is_told_in_german(chat: Chat) -> None:
    mod = chat.person("mod")
    for then, told in ACTIONS:
        seen = await uploads(chat, mod, in_force(chat).replace("then: [nudge]", then))
        assert told in german(words(seen))


async def test_what_a_file_is_refused_for_is_told_in_german(chat: Chat) -> None:
    for sent, told in FILES:
        seen = await uploads(chat, chat.person("mod"), sent)
        assert told in german(words(seen))


async def test_many_mistakes_are_told_in_a_file_in_german(chat: Chat) -> None:
    mod = chat.person("mod")
    groups = "".join(f"  g{at}: {{name: G, room: r, at: {at}}}\n" for at in range(120))
    seen = await uploads(chat, mod, in_force(chat).replace("groups:\n", "groups:\n" + groups))
    told = german(file_of(seen))
    assert "nach diesem hier kommt noch mehr; erwartet: dass erst das Obige verbessert wird" in told


async def test_a_form_and_a_try_answer_in_german(chat: Chat) -> None:
    mod, ring = chat.person("mod"), chat.room("ring")
    await mod.says(ring, "/config edit part:groups.ring")
    await mod.presses("Das ändern")
    await mod.answers('ring:\n  name: Die Runde\n  rom: "#ring"')
    assert "Zeile 3: rom ist hier keine bekannte Einstellung; erwartet: name, room" in german(words(mod.last))
    await mod.says(ring, "/config try")
    await mod.answers("ein Zebra")
    assert "eins: nudge" in german(words(mod.last))


async def test_a_bad_file_is_told_in_german_and_logged_in_english(
    chat: Chat, caplog: pytest.LogCaptureFixture
) -> None:
    mod, mods = chat.person("mod"), chat.room("mods")
    await mod.joins(mods)
    file = chat.app.config.spaces[SPACE].profile
    file.write_text(in_force(chat).replace("Europe/Berlin", "Europe/Berlni"), encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        await chat.app.communities.look()
        await chat.app.communities.look()
    await chat.clock.on(minutes=2)
    told = '• 2:7 zone ist "Europe/Berlni", und das ist keine Zeitzone; erwartet: der Name einer Zeitzone'
    assert told in german(words(mods.last))
    assert '2:7: zone is "Europe/Berlni", which is no time zone; expected' in caplog.text
    await mod.says(chat.room("ring"), "/config show")
    assert told in words(mod.last)
    ran = CliRunner().invoke(cli, ["check", str(file)])
    assert ran.exit_code == 1
    assert ran.stdout.endswith(
        '2:7: zone is "Europe/Berlni", which is no time zone; expected the name of a time zone, such as '
        'Europe/London; did you mean "Europe/Berlin"?\n'
    )
    assert "Das ändern" not in labels(mods.last)


async def test_the_set_up_knows_countries_by_their_german_names_and_a_zone_by_its_country(chat: Chat) -> None:
    mod = chat.person("mod")
    await mod.says(chat.room("ring"), "/setup")
    await mod.answers("Abendrunde")
    await mod.presses("Deutsch")
    for answer in ("Graz", "Österreich", "-"):
        await mod.answers(answer)
    assert "Europe/Vienna" in words(mod.last)
    await mod.presses("Weiter")
    await mod.answers("Der Abend")
    await mod.answers("#abend")
    await mod.presses("Noch keine Regeln")
    assert "country: AT statt DE" in words(mod.last)
