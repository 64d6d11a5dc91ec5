"""A picture of a group must never tell about fewer people than it takes, not even by comparison."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sdk import Person
from cogs.checkins.group_picture import FOUR_WEEKS, WEEK, shares, window
from cogs.checkins.service import Checkins, Mood

NOW = datetime.datetime(2026, 3, 20, 12, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)
ZONE = "Europe/London"
LAST_WEEK = window(WEEK, ZONE, NOW)


def people(count: int) -> list[Person]:
    return [Person("terminal", f"person-{number}", "ring") for number in range(count)]


async def say(checkins: Checkins, who: Sequence[Person], mood: Mood, at: datetime.datetime) -> None:
    for person in who:
        await checkins.keep(person, mood, at=at, group="evening")


async def look(checkins: Checkins, period: str = WEEK, k: int = 5, now: datetime.datetime = NOW) -> object:
    return (await checkins.picture("ring", "evening", ZONE, period, k, now))[1]


async def test_it_exists_from_k_people_on(checkins: Checkins) -> None:
    *four, fifth = people(5)
    await say(checkins, four, Mood.HEAVY, LAST_WEEK.start + DAY)
    await say(checkins, four, Mood.HEAVY, LAST_WEEK.start + 2 * DAY)
    assert await look(checkins) is None
    await say(checkins, [fifth], Mood.LIGHT, LAST_WEEK.start + DAY)
    assert await look(checkins) is not None


async def test_only_this_group_counts(checkins: Checkins) -> None:
    await say(checkins, people(4), Mood.HEAVY, LAST_WEEK.start)
    await checkins.keep(people(5)[4], Mood.HEAVY, at=LAST_WEEK.start, group="morning")
    await checkins.keep(people(6)[5], Mood.HEAVY, at=LAST_WEEK.start)
    await checkins.keep(people(7)[6].within("other"), Mood.HEAVY, at=LAST_WEEK.start, group="evening")
    assert await look(checkins) is None


async def test_a_group_of_one_mind_gives_nobody_away(checkins: Checkins) -> None:
    await say(checkins, people(5), Mood.VERY_HEAVY, LAST_WEEK.start)
    # "most" and "few or none": neither says "all" or "nobody".
    assert await look(checkins) == {mood: "most" if mood is Mood.VERY_HEAVY else "few" for mood in Mood}


async def test_everybody_counts_once(checkins: Checkins) -> None:
    loud, *others = people(5)
    for hour in range(30):
        await say(checkins, [loud], Mood.VERY_HEAVY, LAST_WEEK.start + hour * datetime.timedelta(hours=1))
    await say(checkins, others, Mood.LIGHT, LAST_WEEK.start)
    assert await look(checkins) == {
        Mood.VERY_HEAVY: "some", Mood.HEAVY: "few", Mood.BETWEEN: "few", Mood.LIGHTER: "few",
        Mood.LIGHT: "most",
    }  # fmt: skip


async def test_two_looks_around_a_change_are_the_same(checkins: Checkins) -> None:
    one, *others = people(6)
    kept = await checkins.keep(one, Mood.VERY_HEAVY, at=LAST_WEEK.start, group="evening")
    await say(checkins, others, Mood.LIGHT, LAST_WEEK.start)
    before = await look(checkins)
    assert before is not None
    await checkins.take_back(one, kept.id)
    assert await look(checkins) == before
    await checkins.forget(others[0])
    assert await look(checkins) == before
    await checkins.forget(others[1])  # four left: still what was shown, and nothing new
    assert await look(checkins) == before


async def test_this_week_is_not_shown(checkins: Checkins) -> None:
    await say(checkins, people(9), Mood.LIGHT, NOW)
    assert await look(checkins) is None
    assert await look(checkins, now=NOW + 7 * DAY) is not None


async def test_four_weeks_tell_nothing_about_a_small_week(checkins: Checkins) -> None:
    four_weeks = window(FOUR_WEEKS, ZONE, NOW)
    *many, one = people(7)
    for week in four_weeks.weeks[:3]:
        await say(checkins, many, Mood.LIGHT, week.start)
    await say(checkins, [one], Mood.VERY_HEAVY, four_weeks.weeks[3].start)
    # The first three weeks can be shown by themselves; four weeks would leave one person's mood over.
    assert await look(checkins, FOUR_WEEKS) is None


async def test_four_weeks_gather_small_weeks(checkins: Checkins) -> None:
    four_weeks = window(FOUR_WEEKS, ZONE, NOW)
    for number, week in enumerate(four_weeks.weeks):
        await say(checkins, people(8)[number * 2 : number * 2 + 2], Mood.BETWEEN, week.start)
    assert await look(checkins, FOUR_WEEKS) is not None


def test_windows_are_the_same_for_every_day_in_them_and_never_overlap() -> None:
    seen = {}
    for day in range(120):
        for period in (WEEK, FOUR_WEEKS):
            found = window(period, ZONE, NOW + day * DAY)
            assert found.end <= NOW + day * DAY
            assert found.first.weekday() == 0
            seen[found.name] = (found.start, found.end)
    for period in (WEEK, FOUR_WEEKS):
        spans = sorted(span for name, span in seen.items() if name.startswith(f"{period} "))
        assert all(end <= start for (_, end), (start, _) in itertools.pairwise(spans))


def test_a_window_is_whole_across_a_clock_change() -> None:
    spring = window(WEEK, ZONE, datetime.datetime(2026, 3, 31, 12, tzinfo=datetime.UTC))
    assert spring.end - spring.start == 7 * DAY - datetime.timedelta(hours=1)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 27), st.sampled_from(list(Mood))), max_size=60),
    st.integers(3, 6),
)
def test_nothing_can_be_subtracted(said: list[tuple[int, int, Mood]], k: int) -> None:
    """Whoever sees every week that may be shown, and the four weeks, learns of no fewer than k people."""
    asked = window(FOUR_WEEKS, ZONE, NOW)
    heard = [(bytes([who]), asked.start + day * DAY, mood) for who, day, mood in said]
    if shares(asked, heard, k, ()) is None:
        return
    left: set[bytes] = set()
    for week in asked.weeks:
        inside = [one for one in heard if week.start <= one[1] < week.end]
        if shares(week, inside, k, ()) is None:
            left |= {who for who, _, _ in inside}
    assert not left or len(left) >= k
    assert len({who for who, _, _ in heard}) >= k
