"""What is open at which instant: pure decisions over what was read last."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from gelombang.frontdoor.calendar import (
    REGISTRATION,
    Calendar,
    DoorState,
    Facts,
    LetterWait,
    Subject,
)
from gelombang.frontdoor.line import Line

OPENS = datetime(2020, 4, 11, 12, tzinfo=UTC)
CLOSES = datetime(2020, 4, 16, 9, tzinfo=UTC)
TICK = timedelta(microseconds=1)


def subject(name="PKJ-2020-W01", opens_at=OPENS, closes_at=CLOSES, *, paused=False) -> Subject:
    return Subject(name, "Gelombang 1", opens_at, closes_at, paused)


def facts(*subjects: Subject) -> Facts:
    return Facts({each.subject: each for each in subjects}, known=True)


@pytest.mark.parametrize(
    ("now", "state"),
    [
        (OPENS - TICK, DoorState.BEFORE),
        (OPENS, DoorState.OPEN),
        (CLOSES - TICK, DoorState.OPEN),
        (CLOSES, DoorState.CLOSED),
    ],
)
def test_the_opening_instant_is_open_and_the_closing_instant_is_closed(now, state):
    assert subject().state(now) is state


def test_what_has_no_end_stays_open():
    assert subject(closes_at=None).state(CLOSES + timedelta(days=9999)) is DoorState.OPEN


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_pause_changes_only_what_would_be_open(now):
    plain, paused = subject().state(now), subject(paused=True).state(now)
    assert paused is (DoorState.PAUSED if plain is DoorState.OPEN else plain)


def test_what_the_calendar_lacks_is_unannounced():
    assert facts().state(REGISTRATION, OPENS) is DoorState.UNANNOUNCED


def test_of_two_open_waves_people_are_led_to_the_one_that_closes_first():
    later = subject("W02", closes_at=CLOSES + TICK)
    endless = subject("W03", closes_at=None)
    assert facts(endless, later, subject("W01")).open_wave(OPENS).subject == "W01"
    assert facts(endless).open_wave(OPENS) == endless
    assert facts(subject("W01")).open_wave(CLOSES) is None


def test_the_next_wave_is_the_one_that_opens_first_and_never_registration():
    first, second = subject("W02", OPENS + TICK, CLOSES), subject("W01", OPENS + 2 * TICK, CLOSES)
    registration = subject(REGISTRATION, OPENS + TICK, None)
    assert facts(second, registration, first).next_wave(OPENS) == first
    assert facts(registration).next_wave(OPENS) is None


async def test_before_the_first_look_nothing_is_known_and_a_dead_database_says_away():
    line = Line("postgresql://nobody:nothing@127.0.0.1:9/nowhere", name="t", connect_seconds=1)
    calendar = Calendar(line=line)
    await calendar.look()
    assert not calendar.facts.known
    assert not calendar.reachable
    assert calendar.was_away_lately()


async def test_a_look_reads_the_view_and_the_last_one_stays_while_the_database_is_away(
    programme_url,
):
    line = Line(programme_url, name="tests", connect_seconds=3)
    calendar = Calendar(line=line)
    try:
        await calendar.look()
        assert calendar.reachable
        wave = calendar.facts.subjects["PKJ-2020-W01"]
        assert wave.closes_at == CLOSES
        assert wave.name == "Gelombang 1"
        line._database_url = "postgresql://nobody:nothing@127.0.0.1:9/nowhere"
        line.drop()
        await calendar.look()
        assert not calendar.reachable
        assert calendar.facts.subjects["PKJ-2020-W01"] == wave
    finally:
        await calendar.close()


MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("measured", "since", "wait"),
    [
        (timedelta(0), timedelta(0), None),
        (MINUTE, 5 * TICK, None),
        (MINUTE + TICK, timedelta(0), MINUTE + TICK),
        (40 * MINUTE, 5 * MINUTE, 40 * MINUTE),
        (40 * MINUTE, 6 * MINUTE, 46 * MINUTE),
        (timedelta(0), 6 * MINUTE, 6 * MINUTE),
        (40 * MINUTE, -3 * MINUTE, 40 * MINUTE),
    ],
    ids=["none", "a minute", "more", "lately", "nobody measures", "nobody delivers", "clock back"],
)
def test_the_wait_for_a_letter_grows_while_nobody_measures_it(measured, since, wait):
    assert LetterWait(measured, OPENS).at(OPENS + since) == wait
    assert LetterWait().at(OPENS) is None
