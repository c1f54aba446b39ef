"""The band of a forecast holds nine times in ten, for partners whose pace varies as it does."""

import random
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from math import exp, sqrt

import pytest

from gelombang.kit.clock import WIB
from gelombang.records.partners.forecasting import (
    FARTHEST,
    Days,
    Hold,
    Pace,
    Sample,
    foretell,
    from_plain,
    learn_days,
    look_out,
    measure,
    to_plain,
)

START = datetime(2020, 4, 13, 3, 0, tzinfo=WIB)
STEP = timedelta(seconds=60)


@dataclass
class Partner:
    """A simulated partner: a rate that wanders, answers by chance, failures, quota and hours."""

    chance: random.Random
    rate: float
    wander: float = 0.0  # standard deviation of the logarithm of its rate
    memory: float = 0.98  # of the wandering from minute to minute
    quota: int | None = None
    hours: tuple[int, int] | None = None
    outages_a_day: float = 0.0
    at: datetime = START
    answers: int = 0
    used: int = 0
    level: float = 0.0
    down_until: datetime = START

    def parked_until(self) -> datetime | None:
        midnight = (self.at + timedelta(days=1)).replace(hour=0, minute=0)
        if self.quota is not None and self.used >= self.quota:
            return midnight
        if self.hours is None:
            return None
        opens, closes = (self.at.replace(hour=hour, minute=0) for hour in self.hours)
        if self.at < opens:
            return opens
        return opens + timedelta(days=1) if self.at >= closes else None

    def pass_a_minute(self) -> int:
        """What it answers in a minute."""
        parked = self.parked_until()
        pushed = self.chance.gauss(0, self.wander * sqrt(1 - self.memory**2))
        self.level = self.memory * self.level + pushed
        if self.chance.random() < self.outages_a_day / 1440:
            length = self.chance.uniform(5, 60)
            self.down_until = self.at + timedelta(minutes=length)
        done = 0
        if parked is None and self.at >= self.down_until:
            mean = self.rate * exp(self.level) * STEP.total_seconds()
            done = max(0, round(self.chance.gauss(mean, sqrt(mean))))
            if self.quota is not None:
                done = min(done, self.quota - self.used)
        before, self.at = self.at, self.at + STEP
        self.used = self.used + done if self.at.date() == before.date() else 0
        self.answers += done
        return done

    def sample(self) -> Sample:
        return Sample(self.at, self.at, 1_000_000, self.answers, self.parked_until())


def history(partner: Partner, length: timedelta) -> list[Sample]:
    samples = [partner.sample()]
    for _ in range(int(length / STEP)):
        partner.pass_a_minute()
        samples.append(partner.sample())
    return samples


def true_wait(partner: Partner, ahead: int) -> timedelta:
    begun, left = partner.at, ahead + 1
    while left > 0 and partner.at - begun < FARTHEST:
        left -= partner.pass_a_minute()
    return partner.at - begun


KINDS = {
    "steady": {},
    "wanders slowly": {"wander": 0.25, "memory": 0.99},
    "wanders fast": {"wander": 0.5, "memory": 0.8},
    "fails now and then": {"wander": 0.1, "outages_a_day": 6.0},
    "a day quota": {"wander": 0.1, "quota": True},
    "office hours": {"wander": 0.1, "hours": (6, 18)},
    "quota and hours": {"wander": 0.2, "quota": True, "hours": (7, 21)},
}


def scenario(kind: str, seed: int) -> tuple[Partner, int, list[Sample]]:
    chance = random.Random(seed)
    terms = dict(KINDS[kind])
    rate = exp(chance.uniform(0, 5))
    quota = terms.pop("quota", False)
    partner = Partner(chance, rate, **terms)
    partner.level = chance.gauss(0, partner.wander)
    if quota:
        partner.quota = int(rate * 3600 * chance.uniform(3, 9))
    learns = quota or partner.hours is not None
    length = timedelta(minutes=chance.uniform(1500, 2880) if learns else chance.uniform(30, 1440))
    samples = history(partner, length)
    hours = exp(chance.uniform(-2.5, 3.2))  # five minutes to a day of work
    return partner, int(rate * 3600 * hours), samples


def outcomes(kind: str, count: int) -> list[tuple[float, float, float, float]]:
    found = []
    for seed in range(count):
        partner, ahead, samples = scenario(kind, seed)
        contract = partner.rate * 3
        pace = measure(samples, ahead=ahead, contract=contract, now=partner.at)
        band = foretell(pace, ahead=ahead, contract=contract, now=partner.at)
        assert band is not None
        times = (band.earliest, true_wait(partner, ahead), band.latest, band.about)
        found.append(tuple(each.total_seconds() for each in times))
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_nine_true_ends_in_ten_lie_inside_the_band(kind):
    found = outcomes(kind, 120)
    inside = sum(earliest <= true <= latest for earliest, true, latest, _ in found)
    assert inside / len(found) >= 0.9
    # A band so wide that it always holds would say nothing.
    widths = sorted((latest - earliest) / max(about, 300) for earliest, _, latest, about in found)
    assert widths[len(widths) // 2] <= 2.0


def test_the_queue_of_the_first_day_is_foretold_by_its_measured_rate():
    samples = history(Partner(random.Random(1), rate=8.1), timedelta(hours=21))
    now = samples[-1].at
    pace = measure(samples, ahead=439_000, contract=24, now=now)
    band = foretell(pace, ahead=439_000, contract=24, now=now)
    assert timedelta(hours=14) < band.about < timedelta(hours=16)
    assert band.earliest < band.about < band.latest < timedelta(hours=24)


def test_before_anything_was_measured_the_contract_speaks_and_nothing_speaks_without_one():
    pace = measure([], ahead=600, contract=10, now=START)
    assert (pace.per_second, pace.hold) == (None, Hold.NONE)
    band = foretell(pace, ahead=600, contract=10, now=START)
    assert band.earliest <= timedelta(minutes=1) <= band.about <= timedelta(minutes=2)
    assert band.latest >= timedelta(minutes=3)
    assert foretell(pace, ahead=600, contract=0, now=START) is None


def test_nobody_is_foretold_faster_than_the_contract():
    samples = history(Partner(random.Random(1), rate=50), timedelta(hours=2))
    now = samples[-1].at
    band = foretell(
        measure(samples, ahead=36_000, contract=10, now=now), ahead=36_000, contract=10, now=now
    )
    assert band.about >= timedelta(hours=1)


def test_a_stopped_partner_is_not_foretold():
    samples = [*history(Partner(random.Random(1), rate=5), timedelta(hours=1))]
    end = samples[-1]
    samples.append(Sample(end.real_at + STEP, end.at + STEP, 9, end.answers, None, is_stopped=True))
    pace = measure(samples, ahead=100, contract=10, now=samples[-1].at)
    assert pace.hold is Hold.STOPPED
    assert foretell(pace, ahead=100, contract=10, now=samples[-1].at) is None


def test_an_outage_that_is_under_way_widens_the_band_by_its_own_length():
    partner = Partner(random.Random(1), rate=5)
    samples = history(partner, timedelta(hours=2))
    partner.rate = 0
    samples += history(partner, timedelta(hours=3))[1:]
    pace = measure(samples, ahead=9_000, contract=10, now=partner.at)
    assert pace.hold is Hold.DOWN
    assert timedelta(hours=2, minutes=50) < pace.down_for < timedelta(hours=3, minutes=10)
    assert pace.per_second == pytest.approx(5, rel=0.1)
    band = foretell(pace, ahead=9_000, contract=10, now=partner.at)
    assert band.latest > timedelta(hours=6)
    assert band.earliest < timedelta(minutes=35)


def test_hours_and_quota_are_learnt_from_when_it_was_parked():
    partner = Partner(random.Random(1), rate=1, hours=(8, 16))
    days = learn_days(history(partner, timedelta(hours=40)), now=partner.at)
    assert (days.opens, days.closes, days.quota) == (time(8), time(15, 59), None)
    spent = Partner(random.Random(1), rate=10, quota=50_000)
    samples = history(spent, timedelta(hours=30))
    found = learn_days(samples, now=spent.at)
    assert (found.quota, found.is_least_quota, found.used_today) == (50_000, False, 50_000)
    pace = measure(samples, ahead=75_000, contract=99, now=spent.at)
    assert (pace.hold, pace.parked_until) == (Hold.PARKED, samples[-1].parked_until)
    band = foretell(pace, ahead=75_000, contract=99, now=spent.at)
    tomorrow = pace.parked_until - spent.at
    assert tomorrow + timedelta(days=1) < band.about < tomorrow + timedelta(days=1, hours=2)


def test_time_without_anybody_waiting_or_working_measures_nothing():
    idle = [Sample(START + n * STEP, START + n * STEP, 0, 0) for n in range(60)]
    assert measure(idle, ahead=10, contract=5, now=idle[-1].at).per_second is None
    asleep = [Sample(START + n * STEP * 60, START, 100, n * 7) for n in range(60)]
    assert measure(asleep, ahead=10, contract=5, now=START).per_second is None


def test_an_outlook_is_kept_as_plain_values_and_read_again():
    partner = Partner(random.Random(1), rate=1, hours=(8, 16))
    found = look_out(history(partner, timedelta(hours=40)), contract=3, now=partner.at)
    assert from_plain(to_plain(found)) == found
    empty = look_out([], contract=3, now=START)
    assert from_plain(to_plain(empty)) == empty
    assert found.pace(ahead=65) is found.paces[256]
    assert found.pace(ahead=10**9) is found.paces[max(found.paces)]


def test_who_never_opens_again_is_not_waited_for_for_ever():
    pace = Pace(0.0001, 0.1, Days(quota=1), Hold.NONE, None, timedelta())
    band = foretell(pace, ahead=10**6, contract=1, now=START)
    assert band.latest == FARTHEST + timedelta(minutes=1)
