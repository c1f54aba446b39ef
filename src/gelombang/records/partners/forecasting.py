"""When a partner will have answered so many questions: a band that holds nine times in ten (O5).

Judged by what it answered lately rather than by its contract alone. Samples of its counters, taken
about every half minute, tell how fast it answers while it may be asked and people wait; how much
that varies gives the width of the band. Day quotas and closed hours are learnt from when it was
parked, and walked through day by day. Hours and days are those of the programme (WIB, virtual
time); between two samples time passes as on the wall.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from math import exp, sqrt
from statistics import fmean, pstdev
from typing import Any

from gelombang.kit.clock import WIB

LONGEST_GAP = timedelta(minutes=10)  # between samples: a longer one says nothing, nobody worked
RECENT = timedelta(minutes=15)  # of asking, at least, that a rate is taken from
LEAST_SEEN = timedelta(minutes=1)  # of asking: less measures nothing
BLOCKS = 6  # at least so many stretches are compared, to see how much the rate varies
SPREAD = 2.0  # standard errors on each side; the tests hold that against simulated partners
SPREAD_OF_FEW = 3.0  # while fewer than BLOCKS stretches were seen
LEAST_ERROR = 0.08  # nobody promises more exactly than that
UNSEEN = 0.25  # the change of pace that a wait much longer than the past may bring
FEW_PAIRS = 0.25  # added to the likeness of neighbours, which so few stretches show too small
UNMEASURED = 3.0  # times the contract's time, before anything was measured
DOWN_AFTER = timedelta(minutes=2)  # without an answer while people wait: the partner is down
LEAST_OUTAGE = timedelta(minutes=30)  # an outage that is under way may last so long yet, or twice
UNTOLD = timedelta(minutes=20)  # parked for less: nobody knows when it opens, we only try again
UNKNOWN_HOURS = timedelta(hours=12)  # until then it may stay closed
FARTHEST = timedelta(days=90)  # nobody is told more than that
QUOTA_DRIFT = 0.05  # a day's quota is answers here: retries spend some of it
DAY = timedelta(days=1)
QUEUES = tuple(64 * 4**power for power in range(10))  # questions ahead, to 16 million
LONGEST = QUEUES[-1]


class Hold(StrEnum):
    """Why nothing is asked at the moment, as people are told it."""

    NONE = ""
    """It is asked."""
    PARKED = "parked"
    """Its day quota is spent, or its hours are over."""
    DOWN = "down"
    """It does not answer; it is tried again by itself."""
    STOPPED = "stopped"
    """Somebody has to repair our side: no end can be foretold."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The counters of a partner at one moment."""

    real_at: datetime
    at: datetime  # virtual
    waiting: int  # questions that are open
    answers: int  # records that it has ever answered usably
    parked_until: datetime | None = None  # virtual; None while it may be asked
    is_stopped: bool = False


@dataclass(frozen=True, slots=True)
class Days:
    """What a day at the partner is like, as far as it was seen; dates and hours in WIB."""

    quota: int | None = None  # records that a day's quota is worth
    is_least_quota: bool = False  # of a day that was not seen from its beginning
    used_today: int = 0
    opens: time | None = None
    closes: time | None = None


@dataclass(frozen=True, slots=True)
class Pace:
    """How a partner has answered lately."""

    per_second: float | None  # while it could be asked and people waited; None: never measured
    error: float  # of that, as a share, on each side
    days: Days
    hold: Hold
    parked_until: datetime | None
    down_for: timedelta


@dataclass(frozen=True, slots=True)
class Outlook:
    """Paces for ever longer queues, taken at one time, so that a page need not look at samples."""

    paces: Mapping[int, Pace]  # by questions ahead

    def pace(self, *, ahead: int) -> Pace:
        """The pace for whom so many are before: that of the next longer queue."""
        return self.paces[min((each for each in self.paces if each >= ahead), default=LONGEST)]


@dataclass(frozen=True, slots=True)
class Band:
    """From now: nine times in ten the true end lies between the first and the last."""

    earliest: timedelta
    about: timedelta
    latest: timedelta


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Time in which a partner could be asked and people waited."""

    seconds: float
    answers: int


def measure(samples: Sequence[Sample], *, ahead: int, contract: float, now: datetime) -> Pace:
    """The pace for whom `ahead` questions are before; `samples` in order of time, the latest last.

    The longer somebody has to wait, the longer the past that is looked at. `contract` is what was
    agreed, in records a second: nobody is faster.
    """
    latest = samples[-1] if samples else None
    stretches = _stretches(samples)
    down = _silence(stretches)
    hold = _hold(latest, down, now=now)
    rate, error = _rate(_before(stretches, down), ahead=ahead, contract=contract)
    parked = latest.parked_until if latest is not None and hold is Hold.PARKED else None
    return Pace(rate, error, learn_days(samples, now=now), hold, parked, down)


def look_out(samples: Sequence[Sample], *, contract: float, now: datetime) -> Outlook:
    """The paces of a partner for queues of every length."""
    return Outlook(
        {ahead: measure(samples, ahead=ahead, contract=contract, now=now) for ahead in QUEUES}
    )


def to_plain(outlook: Outlook) -> dict[str, Any]:
    """An outlook as JSON carries it."""
    any_pace = outlook.paces[LONGEST]
    days = any_pace.days
    return {
        "paces": [[ahead, pace.per_second, pace.error] for ahead, pace in outlook.paces.items()],
        "quota": days.quota,
        "is_least_quota": days.is_least_quota,
        "used_today": days.used_today,
        "opens": days.opens.isoformat() if days.opens is not None else None,
        "closes": days.closes.isoformat() if days.closes is not None else None,
        "hold": any_pace.hold.value,
        "parked_until": any_pace.parked_until.isoformat() if any_pace.parked_until else None,
        "down_for": any_pace.down_for.total_seconds(),
    }


def from_plain(plain: Mapping[str, Any]) -> Outlook:
    """The outlook that `to_plain` wrote."""
    opens, closes, parked = plain["opens"], plain["closes"], plain["parked_until"]
    days = Days(
        quota=plain["quota"],
        is_least_quota=plain["is_least_quota"],
        used_today=plain["used_today"],
        opens=time.fromisoformat(opens) if opens is not None else None,
        closes=time.fromisoformat(closes) if closes is not None else None,
    )
    until = datetime.fromisoformat(parked) if parked is not None else None
    hold, down_for = Hold(plain["hold"]), timedelta(seconds=plain["down_for"])
    return Outlook(
        {
            ahead: Pace(per_second, error, days, hold, until, down_for)
            for ahead, per_second, error in plain["paces"]
        }
    )


def _stretches(samples: Sequence[Sample]) -> list[_Stretch]:
    found = []
    for start, end in pairwise(samples):
        length = end.real_at - start.real_at
        held = start.parked_until or end.parked_until or start.is_stopped or end.is_stopped
        if held or not (start.waiting and end.waiting) or not timedelta() < length <= LONGEST_GAP:
            continue
        found.append(_Stretch(length.total_seconds(), max(0, end.answers - start.answers)))
    return found


def _silence(stretches: Sequence[_Stretch]) -> timedelta:
    """For how long it has not answered, while it could be asked."""
    seconds = 0.0
    for each in reversed(stretches):
        if each.answers:
            break
        seconds += each.seconds
    return timedelta(seconds=seconds)


def _before(stretches: Sequence[_Stretch], down: timedelta) -> Sequence[_Stretch]:
    """Without an outage that is under way: it is foretold by itself."""
    silent, count = down.total_seconds(), len(stretches)
    while down >= DOWN_AFTER and silent > 0:
        count -= 1
        silent -= stretches[count].seconds
    return stretches[:count]


def _hold(latest: Sample | None, down: timedelta, *, now: datetime) -> Hold:
    if latest is None:
        return Hold.NONE
    if latest.is_stopped:
        return Hold.STOPPED
    if latest.parked_until is not None and latest.parked_until > now:
        return Hold.PARKED
    return Hold.DOWN if down >= DOWN_AFTER else Hold.NONE


def _rate(
    stretches: Sequence[_Stretch], *, ahead: int, contract: float
) -> tuple[float | None, float]:
    """Records a second, and the error of foretelling with it for so long a wait."""
    seen = sum(each.seconds for each in stretches)
    answers = sum(each.answers for each in stretches)
    if seen < LEAST_SEEN.total_seconds() or not answers:
        return None, 0.0
    horizon = ahead * seen / answers
    look_back = min(seen, max(RECENT.total_seconds(), 4 * horizon))
    rates, length = _blocks(stretches, look_back)
    rate = min(fmean(rates), contract) if contract > 0 else fmean(rates)
    if len(rates) < 2 or rate <= 0:  # noqa: PLR2004 a spread needs two
        return max(rate, 1e-9), UNMEASURED - 1
    many = len(rates) >= BLOCKS
    spread = pstdev(rates) / rate * sqrt(len(rates) / (len(rates) - 1))
    varies = spread * sqrt(_evened(rates, length, horizon) ** 2 + 1 / len(rates))
    unseen = UNSEEN * (1 - exp(-horizon / seen))
    chance = 1 / sqrt(ahead) if ahead else 1.0
    error = (SPREAD if many else SPREAD_OF_FEW) * sqrt(varies**2 + unseen**2 + chance**2)
    return rate, max(LEAST_ERROR, error)


def _evened(rates: Sequence[float], length: float, horizon: float) -> float:
    """How much of the ups and downs is left over a whole wait: less of those that pass quickly.

    Judged by how alike neighbouring stretches are; so few of them look less alike than they are.
    """
    mean = fmean(rates)
    own = sum((each - mean) ** 2 for each in rates)
    if own <= 0 or horizon <= 0:
        return 1.0
    pairs = pairwise(rates)
    alike = sum((one - mean) * (other - mean) for one, other in pairs) / own
    lasting = min(0.9, max(0.0, alike + FEW_PAIRS))
    return min(1.3, sqrt((1 + lasting) / (1 - lasting) * length / horizon))


def _blocks(stretches: Sequence[_Stretch], look_back: float) -> tuple[list[float], float]:
    """The rates of equal parts of the latest `look_back` seconds, and the seconds of each."""
    length = look_back / (2 * BLOCKS)
    rates, seconds, answers = [], 0.0, 0
    for each in reversed(stretches):
        seconds += each.seconds
        answers += each.answers
        if seconds >= length:
            rates.append(answers / seconds)
            seconds, answers = 0.0, 0
        if len(rates) >= 2 * BLOCKS:
            break
    return rates, length


def learn_days(samples: Sequence[Sample], *, now: datetime) -> Days:
    """The day quota and the hours of a partner, from when it was parked and until when.

    Parked until midnight: its quota of that day was spent. Parked until another hour: it opens
    then, and if it could be asked until just before, that is when it closes.
    """
    starts: dict[date, tuple[int, bool]] = {}  # answers at a day's begin; whether that was seen
    found = Days()
    for before, sample in zip((None, *samples), samples, strict=False):
        day = sample.at.astimezone(WIB).date()
        if day not in starts:
            whole = before is not None and before.at.astimezone(WIB).date() < day
            starts[day] = (before.answers if before and whole else sample.answers, whole)
        if sample.parked_until is not None and (
            before is None or before.parked_until != sample.parked_until
        ):
            begun, whole = starts[day]
            found = _learn(found, before, sample, begun, is_whole_day=whole)
    today = starts.get(now.astimezone(WIB).date())
    used = max(0, samples[-1].answers - today[0]) if samples and today else 0
    return replace(found, used_today=used)


def _learn(
    known: Days, before: Sample | None, sample: Sample, answers_before: int, *, is_whole_day: bool
) -> Days:
    """What one parking tells."""
    local = sample.at.astimezone(WIB)
    until = sample.parked_until.astimezone(WIB) if sample.parked_until else local
    could_be_asked = before is not None and before.parked_until is None
    if until.time() == time():
        spent = sample.answers - answers_before
        if spent > 0 and could_be_asked and (is_whole_day or known.quota is None):
            return replace(known, quota=spent, is_least_quota=not is_whole_day)
        return known
    if until - local <= UNTOLD:
        return known
    closes = before.at.astimezone(WIB).time() if before and could_be_asked else known.closes
    return replace(known, opens=until.time(), closes=closes or time())


def foretell(pace: Pace, *, ahead: int, contract: float, now: datetime) -> Band | None:
    """When whoever has `ahead` questions before them is answered; None while nobody can say.

    Raises nothing. A partner that was never measured is foretold by its contract.
    """
    if pace.hold is Hold.STOPPED or (pace.per_second is None and contract <= 0):
        return None
    rate, error = pace.per_second or contract, pace.error
    records = ahead + 1
    low, high = rate / (1 + error), rate * (1 + error)
    if pace.per_second is None:
        low, high = rate / UNMEASURED, rate
    if contract > 0:
        high = min(high, contract)
    earliest = _walk(records, high, pace, now=now, drift=1 + QUOTA_DRIFT)
    about = _walk(records, rate, pace, now=now, drift=1.0)
    latest = _walk(records, low, pace, now=now, drift=1 - QUOTA_DRIFT)
    if pace.hold is Hold.DOWN:
        about += pace.down_for / 2
        latest += max(LEAST_OUTAGE, 2 * pace.down_for)
    if pace.parked_until is not None and pace.days.opens is None and _is_untold(pace, now):
        latest += UNKNOWN_HOURS
    slack = timedelta(seconds=60)  # the samples are as old as that
    return Band(max(timedelta(), earliest - slack), max(earliest, about), latest + slack)


def _is_untold(pace: Pace, now: datetime) -> bool:
    until = pace.parked_until
    return until is not None and until - now <= UNTOLD and until.astimezone(WIB).time() != time()


def _walk(records: int, per_second: float, pace: Pace, *, now: datetime, drift: float) -> timedelta:
    """How long so many records take through the partner's days, at a rate while it is open."""
    days, at, left = pace.days, now, float(records)
    quota = days.quota * drift if days.quota is not None else None
    if days.is_least_quota and drift > 1:
        quota = None
    used = float(days.used_today)
    if pace.parked_until is not None and pace.parked_until > at:
        used = 0.0 if _day(pace.parked_until) != _day(at) else used
        at = pace.parked_until
    while at - now < FARTHEST:
        at = _opening(at, days)
        end = _closing(at, days)
        possible = (end - at).total_seconds() * per_second
        if quota is not None:
            possible = min(possible, max(0.0, quota - used))
        if left <= possible:
            return at + timedelta(seconds=left / per_second) - now
        left -= possible
        midnight = _midnight(at)
        spent = quota is not None and used + possible >= quota
        at = midnight if spent else end
        used = 0.0 if at >= midnight else used + possible
    return FARTHEST


def _day(at: datetime) -> date:
    return at.astimezone(WIB).date()


def _midnight(at: datetime) -> datetime:
    local = at.astimezone(WIB)
    return (local + DAY).replace(hour=0, minute=0, second=0, microsecond=0)


def _opening(at: datetime, days: Days) -> datetime:
    """`at` itself while the partner is open, else its next opening."""
    if days.opens is None or days.closes is None:
        return at
    local = at.astimezone(WIB)
    opening = datetime.combine(local.date(), days.opens, WIB)
    if days.opens < days.closes:
        if local < opening:
            return opening
        return at if local.time() < days.closes else opening + DAY
    return opening if days.closes <= local.time() < days.opens else at


def _closing(at: datetime, days: Days) -> datetime:
    """When the partner closes after `at`, a time at which it is open; midnight if it stays open."""
    midnight = _midnight(at)
    if days.opens is None or days.closes is None:
        return midnight
    closing = datetime.combine(at.astimezone(WIB).date(), days.closes, WIB)
    return closing if at < closing < midnight else midnight
