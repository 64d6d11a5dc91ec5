"""What a person in need sees. Run on every face there is."""

import json
import re

import pytest

from bot.testing.chat import Chat

pytestmark = pytest.mark.faces("terminal", "discord", "matrix")

PROFILE = """
name: Evening circle
zone: Europe/London
country: GB
crisis:
  extra_text: A moderator reads this room at night.
  lines:
    - id: campus-night-line
      country: GB
      name: Campus night line
      kinds: [emotional-support]
      call: ["020 7946 0000"]
      hours: "24/7"
      languages: [en]
      audience: students here
      checked: 2026-11-01
      source: the student union's own page
  hide: [gb-shout]
"""

NO_COUNTRY = "name: Somewhere\nzone: UTC\n"


def numbers_alone(text: str) -> list[str]:
    """The lines that hold a number as dialled and nothing else."""
    return [line for line in text.splitlines() if re.fullmatch(r"[+*#\d][\d\s()/*#-]+", line)]


@pytest.mark.hearth(profile=PROFILE)
async def test_emergency_comes_first_and_numbers_stand_alone(chat: Chat) -> None:
    one, other, room = chat.person("one"), chat.person("other"), chat.room("evening")
    await other.says(room, "hello")
    await one.says(room, "/crisis")
    answer = one.last
    assert answer.fields[0].name == "If a life is in danger now"
    assert numbers_alone(answer.fields[0].text) == ["999", "112"]
    assert "116 123" in numbers_alone("\n".join(field.text for field in answer.fields))
    assert answer.private
    assert not other.private
    assert "116 123" not in str(other.sees(room))


@pytest.mark.hearth(profile=PROFILE)
async def test_at_most_three_lines_before_more_and_none_twice(chat: Chat) -> None:
    one = chat.person("one")
    await one.says(chat.room("evening"), "/crisis")
    names = [field.name for field in one.last.fields if field.name]
    assert names[:2] == ["If a life is in danger now", "From this community"]
    shown = names[2:]
    assert len(shown) == 3
    while any(button.label == "More" for button in one.last.buttons):
        await one.presses("More")
        more = [field.name for field in one.last.fields if field.name]
        assert 1 <= len(more) <= 3
        assert not set(more) & set(shown)
        shown += more
    assert "Campus night line" in shown
    assert "Shout" not in shown


@pytest.mark.hearth(profile=PROFILE)
async def test_another_country_a_kind_and_a_language(chat: Chat) -> None:
    one, room = chat.person("one"), chat.room("evening")
    await one.says(room, "/crisis germny suicide")
    assert "Germany" in one.last.text
    assert any(field.name == "TelefonSeelsorge" for field in one.last.fields)
    await one.says(room, "/crisis kind:domestic-violence country:ireland")
    assert "Ireland" in one.last.text
    await one.says(room, "/crisis gb language:welsh")
    assert any("Welsh" in field.text for field in one.last.fields)


@pytest.mark.hearth(profile=NO_COUNTRY)
async def test_no_country_known_gives_the_directory_and_asks(chat: Chat) -> None:
    one = chat.person("one")
    await one.says(chat.room("evening"), "/crisis")
    assert "Which country" in one.last.text
    assert "https://findahelpline.com/" in str([field.text for field in one.last.fields])
    await one.says(chat.room("evening"), "/crisis korea")
    assert {button.label for button in one.last.buttons} >= {"South Korea"}
    await one.presses("South Korea")
    assert "109" in numbers_alone("\n".join(field.text for field in one.last.fields))


@pytest.mark.hearth(profile=PROFILE)
@pytest.mark.parametrize(
    ("said", "country"),
    [
        ("suicide", "United Kingdom"),
        ("I want to die", "United Kingdom"),
        ("I CAN NOT GO ON, IT HURTS ME", "United Kingdom"),
        ("berlin", "United Kingdom"),
        ("narnia", "United Kingdom"),
        ("austria kill myself", "Austria"),
        ("\u00f6sterreich suizid", "Austria"),
        ("in the UK please", "United Kingdom"),
        ("gremany", "Germany"),
    ],
)
async def test_whatever_is_said_after_it_there_is_an_emergency_number(
    chat: Chat, said: str, country: str
) -> None:
    one = chat.person("one")
    await one.says(chat.room("evening"), f"/crisis {said}")
    assert one.last.fields[0].name == "If a life is in danger now"
    assert country in one.last.text


@pytest.mark.hearth(profile=PROFILE)
async def test_a_country_found_among_words_leaves_a_way_home(chat: Chat) -> None:
    one = chat.person("one")
    await one.says(chat.room("evening"), "/crisis my friend in jordan hits me")
    assert "Jordan" in one.last.text
    await one.says(chat.room("evening"), "/crisis I am in niger and want to die")
    assert "I know of no line in Niger" in one.last.text
    assert "If you are somewhere else" in one.last.text
    await one.says(chat.room("evening"), "/crisis my friend jordan hits me")
    assert "United Kingdom" in one.last.text
    await one.says(chat.room("evening"), "/crisis my neighbour in austria hits me")
    assert "If you are somewhere else" in one.last.text
    await one.presses("United Kingdom")
    assert numbers_alone(one.last.fields[0].text) == ["999", "112"]


@pytest.mark.hearth(profile=PROFILE)
async def test_a_kind_alone_gives_its_lines_at_home(chat: Chat) -> None:
    one = chat.person("one")
    await one.says(chat.room("evening"), "/crisis gambling")
    assert any("GamCare" in field.name or "Gambling" in field.name for field in one.last.fields)
    assert any(button.label == "Show all kinds of help" for button in one.last.buttons)


@pytest.mark.hearth(profile=NO_COUNTRY)
async def test_words_that_are_near_to_a_country_only_ask(chat: Chat) -> None:
    one = chat.person("one")
    await one.says(chat.room("evening"), "/crisis berlin")
    assert "Which country" in one.last.text
    assert [button.label for button in one.last.buttons] == ["Belgium"]


@pytest.mark.hearth(profile=NO_COUNTRY)
async def test_a_country_without_a_fitting_line_says_so(chat: Chat) -> None:
    one = chat.person("one")
    await one.says(chat.room("evening"), "/crisis iceland gambling")
    assert "I know of no line in Iceland for just this" in one.last.text
    assert numbers_alone(one.last.fields[0].text)[0] == "112"
    assert "https://findahelpline.com/" in [button.url for button in one.last.buttons]


@pytest.mark.hearth(profile=PROFILE)
async def test_keep_this_sends_the_same_directly(chat: Chat) -> None:
    one = chat.person("one")
    await one.says(chat.room("evening"), "/crisis")
    first = one.last
    await one.presses("Keep this")
    kept = [message for message in one.private if message.fields == first.fields and message is not first]
    assert len(kept) == 1
    assert one.sees_privately("Sent to you as a direct message.")


@pytest.mark.hearth(profile=PROFILE)
async def test_a_wrong_number_is_told_to_the_operator_without_a_name(
    chat: Chat, caplog: pytest.LogCaptureFixture
) -> None:
    one = chat.person("particular-name")
    await one.says(chat.room("evening"), "/crisis")
    await one.presses("A number here is wrong")
    assert "gb-samaritans" in caplog.text
    assert "particular-name" not in caplog.text
    await one.presses("Samaritans")
    assert any(one.endswith("Please check: gb-samaritans") for one in caplog.messages)


@pytest.mark.hearth(profile=PROFILE)
async def test_a_wrong_number_is_told_once_a_person_and_day(
    chat: Chat, caplog: pytest.LogCaptureFixture
) -> None:
    one, other, room = chat.person("one"), chat.person("other"), chat.room("evening")

    def told() -> int:
        return sum("a number is wrong" in message for message in caplog.messages)

    await one.says(room, "/crisis")
    lines = one.last
    for _ in range(3):
        await one.presses("A number here is wrong", on=lines)
        assert one.sees_privately("Thank you. Whoever runs this bot has been told")
    assert told() == 1
    which = one.last
    for _ in range(3):
        await one.presses("Samaritans", on=which)
    assert told() == 2
    await other.says(room, "/crisis")
    await other.presses("A number here is wrong")
    assert told() == 3
    await chat.clock.on(hours=25)
    await one.presses("A number here is wrong", on=lines)
    assert told() == 4


@pytest.mark.hearth(profile=PROFILE)
async def test_it_is_never_limited(chat: Chat) -> None:
    chat.app.pipeline.unlimited.clear()
    one, room = chat.person("one"), chat.room("evening")
    for _ in range(40):
        await one.says(room, "/help")
    assert "a lot at once" in one.last.text
    for _ in range(40):
        await one.says(room, "/crisis")
        assert one.last.fields[0].name == "If a life is in danger now"


@pytest.mark.hearth(profile=PROFILE)
async def test_nothing_about_its_person_is_stored(chat: Chat) -> None:
    one = chat.person("one")
    await one.says(chat.room("evening"), "/help")  # on Matrix: now their device is known
    before = await _rows(chat)
    await one.says(chat.room("evening"), "/crisis")
    await one.presses("More")
    assert await _rows(chat) == before


async def _rows(chat: Chat) -> str:
    from sqlalchemy import text

    storage = chat.app.storage
    assert storage is not None
    async with storage.bare_read() as session:
        names = (await session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'"))).all()
        counts = {name: await session.scalar(text(f'SELECT count(*) FROM "{name}"')) for name in names}
    if chat.face.name == "matrix":
        del counts["core_handled"]  # which of the last events are done: a sync more or less
    return json.dumps(counts, sort_keys=True)


GERMAN = "name: Abendrunde\nzone: Europe/Berlin\ncountry: DE\nlanguage: de\n"


@pytest.mark.hearth(profile=GERMAN)
async def test_hours_are_told_in_the_language_of_the_person(chat: Chat) -> None:
    one, room = chat.person("one"), chat.room("abend")
    await one.says(room, "/krise")
    told = "\n".join(field.text for field in one.last.fields)
    while any(button.label == "Mehr" for button in one.last.buttons):
        await one.presses("Mehr")
        told += "\n".join(field.text for field in one.last.fields)
    assert "t\u00e4glich 07:00-22:00, Uhrzeit in Berlin" in told
    assert "Mo-Do" in told
    assert not re.search(r"\b(Daily|Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b.*\d\d:\d\d", told)


@pytest.mark.hearth(profile=GERMAN)
async def test_facts_are_told_in_the_language_of_the_person(chat: Chat) -> None:
    one, room = chat.person("one"), chat.room("abend")
    await one.says(room, "/krise")
    found = {field.name: field.text for field in one.last.fields}
    while any(button.label == "Mehr" for button in one.last.buttons):
        await one.presses("Mehr")
        found |= {field.name: field.text for field in one.last.fields}
    assert "f\u00fcr alle" in found["TelefonSeelsorge"]
    violence = found["Hilfetelefon Gewalt gegen Frauen"]
    assert "f\u00fcr Frauen \u00b7 Gewalt zu Hause, Sexualisierte Gewalt" in violence
    assert "auf Englisch vermerkt: Calls cost money." in found["Sucht & Drogen Hotline"]
    assert "auf Englisch vermerkt: Muslims" in found["Muslimisches SeelsorgeTelefon (MuTeS)"]
    unmarked = [
        line
        for text in found.values()
        for line in text.splitlines()
        if re.search(r"\b(anyone|people|women|victims|parents|Weekdays|may have)\b", line)
        and "auf Englisch vermerkt: " not in line
    ]
    assert unmarked == []


LOCAL_GERMAN = (
    GERMAN
    + """crisis:
  lines:
    - id: campus-nachtlinie
      country: DE
      name: Campus-Nachtlinie
      kinds: [emotional-support]
      call: ["030 1234567"]
      audience: Studierende hier
      note: Wir rufen zur\u00fcck.
      checked: 2026-11-01
      source: eigene Seite
"""
)


@pytest.mark.hearth(profile=LOCAL_GERMAN)
async def test_what_moderators_wrote_is_not_called_english(chat: Chat) -> None:
    one = chat.person("one")
    await one.says(chat.room("abend"), "/krise")
    field = next(field for field in one.last.fields if field.name == "Campus-Nachtlinie")
    assert "Studierende hier" in field.text
    assert "Wir rufen zur\u00fcck." in field.text
    assert "Englisch" not in field.text


@pytest.mark.hearth(profile=PROFILE)
async def test_the_page_for_everywhere_can_be_tapped(chat: Chat) -> None:
    one = chat.person("one")
    await one.says(chat.room("evening"), "/crisis")
    links = [button.url for button in one.last.buttons if button.url]
    assert "https://findahelpline.com/" in links
