"""Identity states, and the three outcomes of a check: fact, no fact, unknown.

A partner's technical fault never becomes a verdict about a person: it is unknown, and asked again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Protocol

from gelombang.journey.verification.statement import (
    StatedIdentity as StatedIdentity,  # noqa: PLC0414 offered to callers, as the next two
    check_stated as check_stated,  # noqa: PLC0414
    problems_of as problems_of,  # noqa: PLC0414
)
from gelombang.kit.errors import Refusal
from gelombang.kit.words import Text
from gelombang.records.partners.forecasting import Band, Hold, Pace


class IdentityState(StrEnum):
    """Where a stated identity stands with the civil registry."""

    PENDING = "pending"
    """Stated, not yet answered by the registry."""
    VERIFIED = "verified"
    """The registry confirmed every compared element, for this person alone."""
    REFUTED = "refuted"
    """The registry contradicted an element, or knows no such living, active person."""
    DISPUTED = "disputed"
    """The registry confirmed two people's claims on one NIK; casework decides."""


IDENTITY_MOVES: Mapping[str, frozenset[str]] = {
    IdentityState.PENDING: frozenset(
        {IdentityState.VERIFIED, IdentityState.REFUTED, IdentityState.DISPUTED}
    ),
    IdentityState.VERIFIED: frozenset({IdentityState.DISPUTED}),
    IdentityState.REFUTED: frozenset(),
    IdentityState.DISPUTED: frozenset({IdentityState.VERIFIED, IdentityState.REFUTED}),
}


class CheckKind(StrEnum):
    """What we ask, and whom."""

    CIVIL_REGISTRY = "civil_registry"
    """Dukcapil: do these elements belong to this NIK?"""
    EDUCATION = "education"
    """The education hub: is the person at school or university now? (R064)"""
    SOCIAL_AID = "social_aid"
    """The social registry: does the person receive social aid? (R065)"""
    EMPLOYMENT = "employment"
    """The employment insurer: is the person insured as an employee now?"""
    EXCLUSIONS = "exclusions"
    """The hub of lists: is the person a state official, a civil servant, a soldier or police?"""


FOLLOW_UPS = (CheckKind.EDUCATION, CheckKind.SOCIAL_AID)
"""Asked about everybody who is verified."""
FOLLOW_UPS_IF_AGREED = (CheckKind.EMPLOYMENT, CheckKind.EXCLUSIONS)
"""Asked too where the programme in force has a contract with the partner."""
SOURCES = {
    CheckKind.CIVIL_REGISTRY: "Dukcapil",
    CheckKind.EDUCATION: "Dapodik & PDDikti",
    CheckKind.SOCIAL_AID: "DTKS",
    CheckKind.EMPLOYMENT: "BPJS Ketenagakerjaan",
    CheckKind.EXCLUSIONS: "Daftar pengecualian",
}
# How long an answer may be relied on, in virtual time.
VALIDITY = {
    CheckKind.CIVIL_REGISTRY: timedelta(days=365),
    CheckKind.EDUCATION: timedelta(days=180),
    CheckKind.SOCIAL_AID: timedelta(days=90),
    CheckKind.EMPLOYMENT: timedelta(days=30),
    CheckKind.EXCLUSIONS: timedelta(days=90),
}


class CheckState(StrEnum):
    """Where one question to one partner stands."""

    DUE = "due"
    """To be asked, now or at `due_at` after an unknown outcome."""
    ASKED = "asked"
    """Claimed by a worker; falls back to due when its lease ends."""
    ANSWERED = "answered"
    """A usable answer is kept as an attestation."""
    HELD = "held"
    """The registry cannot process it, asked as often as we ask: people look, then it is due."""


CHECK_MOVES: Mapping[str, frozenset[str]] = {
    # A claim that ran out may still be answered while the question rests before its next try.
    CheckState.DUE: frozenset({CheckState.ASKED, CheckState.ANSWERED}),
    CheckState.ASKED: frozenset({CheckState.DUE, CheckState.ANSWERED, CheckState.HELD}),
    CheckState.ANSWERED: frozenset({CheckState.DUE}),
    CheckState.HELD: frozenset({CheckState.DUE, CheckState.ANSWERED}),
}
# After "cannot be processed" (real time); after one more such answer the question is held. The
# registry's own corrections take days, and asking more often would spend other people's quota.
UNPROCESSED_WAITS = (
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=12),
    timedelta(hours=24),
)
LEASE = timedelta(seconds=25)  # real; longer than a client's time-out and the write after it

OLDEST_PERCENT = 20  # of all questions asked: those that wait longest, in whichever wave they are


def shares(limit: int, *, before: int) -> tuple[int, int]:
    """How many of the next `limit` questions are of people in a wave, and how many the oldest.

    People in a wave go by its close, the earlier first; the oldest go by age alone, so that nobody
    starves. `before` is how many were taken until now: the shares hold over many small batches.
    """
    oldest = (before + limit) * OLDEST_PERCENT // 100 - before * OLDEST_PERCENT // 100
    return limit - oldest, oldest


@dataclass(frozen=True, slots=True)
class WavePart:
    """Questions of one wave that closes no later than the wave of the question in view."""

    older: int
    younger: int
    """0 of its own wave: there the younger come behind it."""


def asked_before(parts: Sequence[WavePart], *, outside: int, in_wave: bool) -> int:
    """How many questions are asked before one, by the two orders that run side by side.

    `parts` are the waves that are asked before it or are its own, the earliest close first;
    `outside` are older questions of nobody in them. All are taken to be mixed alike by age, and
    each order passes over what the other took. It is asked when the waves before it are done
    (without a wave: when then nobody older is left either), or when by age its turn has come.
    """
    by_age = OLDEST_PERCENT / 100
    by_close = 1 - by_age
    asked, left = 0.0, 1.0  # of all the older, what age has not come to yet
    others = outside + sum(part.older for part in parts)
    for part in parts:
        others -= part.older
        if by_age * part.older >= by_close * others:  # age keeps up with the wave to the end
            return int(asked + left * (part.older + others))
        for questions in (part.older * left, part.younger):
            meanwhile = questions / by_close
            if by_age * meanwhile >= left * others:
                return int(asked + left * others / by_age)
            asked += meanwhile
            left -= by_age * meanwhile / others
    return int(asked if in_wave else asked + left * others)


class Verdict(StrEnum):
    """What an attestation says. Unknown is never stored as a verdict: it is asked again."""

    FACT = "fact"
    """It holds."""
    NO_FACT = "no_fact"
    """It does not hold."""


@dataclass(frozen=True, slots=True)
class Fact:
    """It holds."""

    code: str


@dataclass(frozen=True, slots=True)
class NoFact:
    """It does not hold; `elements` name what differs, never how."""

    code: str
    elements: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing was learnt about the person; `why` is for our figures."""

    why: str
    is_unprocessed: bool = False
    """The partner answered that it cannot process this question: asking at once is of no use."""


Outcome = Fact | NoFact | Unknown


@dataclass(frozen=True, slots=True, repr=False)
class Question:
    """One claimed check, opened for asking. Its repr shows no personal data."""

    check_id: int
    attempt: int
    nik: str
    stated: StatedIdentity | None  # what the civil registry compares; others learn the NIK alone


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for one claimed check."""

    check_id: int
    attempt: int
    outcome: Outcome
    answer_sha256: str = ""
    as_of: datetime | None = None


# What must match to the letter, and what the registry scores for likeness.
EXACT = ("nik", "family_card_no", "sex", "birth_date", "province")
FUZZY = ("name", "birth_place")
LIKENESS_THRESHOLD = 85  # percent: spellings of one name pass, other names do not
ABOUT_THE_PERSON = frozenset({"11", "12", "13", "14", "15"})
FOUND = "01"
UNPROCESSED = "08"


class ElementMatch(Protocol):
    """How the registry compared one element."""

    @property
    def agrees(self) -> bool:
        """Whether it says that the element is right."""

    @property
    def score(self) -> int | None:
        """Its likeness in percent, where it gives one."""


def judge_registry(code: str, matches: Mapping[str, ElementMatch]) -> Outcome:
    """What the civil registry's answer says about the person (R059).

    Every element must agree. A NIK that it cannot process, an element without an answer, or with
    a score that contradicts the registry's own word, is no word about the person: unknown.
    """
    if code in ABOUT_THE_PERSON:
        return NoFact(code)
    if code == UNPROCESSED:
        return Unknown(f"code {code}", is_unprocessed=True)
    if code != FOUND:
        return Unknown(f"code {code}")
    if missing := [name for name in (*EXACT, *FUZZY) if name not in matches]:
        return Unknown(f"no comparison of {missing[0]}")
    for name in FUZZY:
        score = matches[name].score
        if score is not None and (score >= LIKENESS_THRESHOLD) != matches[name].agrees:
            return Unknown(f"score and word of {name} disagree")
    differing = tuple(name for name in (*EXACT, *FUZZY) if not matches[name].agrees)
    return NoFact(code, differing) if differing else Fact(code)


VERSIONS_PER_DAY = 5  # more corrections than honest typing needs, fewer than guessing does


class EmailNotConfirmed(Refusal):
    """The e-mail address comes first (R045)."""

    sentence: ClassVar[Text] = Text(
        id="Konfirmasi alamat surel Anda dulu. Buka tautan di surel yang kami kirim.",
        en="Confirm your e-mail address first. Open the link in the e-mail we sent.",
    )
    status: ClassVar[int] = 409


class IdentityBeingChecked(Refusal):
    """The statement in force awaits its answer."""

    sentence: ClassVar[Text] = Text(
        id="Data Anda sedang diperiksa. Kami memberi tahu Anda bila sudah selesai.",
        en="Your details are being checked. We tell you when it is done.",
    )
    status: ClassVar[int] = 409


class IdentityAlreadyVerified(Refusal):
    """Nothing is left to state."""

    sentence: ClassVar[Text] = Text(
        id="Identitas Anda sudah terverifikasi. Tidak ada yang perlu diisi lagi.",
        en="Your identity is verified already. There is nothing left to fill in.",
    )
    status: ClassVar[int] = 409


class TooManyCorrections(Refusal):
    """Five statements in a day: this looks like guessing, or needs help."""

    sentence: ClassVar[Text] = Text(
        id="Anda sudah mengirim data lima kali dalam 24 jam. Coba lagi besok, atau periksa "
        "data Anda di kantor Dukcapil.",
        en="You have sent your details five times within 24 hours. Try again tomorrow, or check "
        "your data at a Dukcapil office.",
    )
    status: ClassVar[int] = 429


class WaitPhase(StrEnum):
    """What somebody is told about an interruption of their check."""

    WAITS = "waits"
    """It waits for a partner that cannot be asked."""
    GOES_ON = "goes_on"
    """The partner is asked again. Whoever has a verdict by then gets that instead."""


TOLD_AFTER = timedelta(hours=2)
"""Virtual time: shorter interruptions, and shorter waits of a person, are told nobody."""
TOLD_AFTER_REAL = timedelta(minutes=10)
"""Real time, at least: on a clock that runs fast two hours are no wait."""
SETTLED = timedelta(minutes=10)
"""Real time: a partner that fails again within it was interrupted all along."""


def is_worth_telling(
    *, began_at: datetime, began_real_at: datetime, until: datetime, real_until: datetime
) -> bool:
    """Whether an interruption has lasted so long that people are told."""
    return until - began_at >= TOLD_AFTER and real_until - began_real_at >= TOLD_AFTER_REAL


class Counted(StrEnum):
    """How exactly somebody's place in a queue is known."""

    EXACT = "exact"
    """Counted just now."""
    ABOUT = "about"
    """Counted up to a minute ago, and some were answered since."""
    AT_LEAST = "at_least"
    """So many at least: nobody has counted the rest yet."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """An honest guess of somebody's wait; minutes are None while no end can be foretold.

    Nine times in ten the true end lies between the first and the last minute.
    """

    before: int
    counted: Counted
    minutes_from: int | None
    minutes_about: int | None
    minutes_to: int | None
    hold: Hold = Hold.NONE
    resumes_at: datetime | None = None  # virtual, while the partner's day or hours are over


def estimate(
    *, before: int, counted: Counted, band: Band | None, pace: Pace | None = None
) -> Estimate:
    """The wait of somebody with `before` questions ahead, in words that a page can show."""
    hold = pace.hold if pace is not None else Hold.STOPPED
    resumes_at = pace.parked_until if pace is not None else None
    if band is None:
        return Estimate(before, counted, None, None, None, hold, resumes_at)
    earliest, about, latest = (
        int(each.total_seconds() // 60) for each in (band.earliest, band.about, band.latest)
    )
    return Estimate(before, counted, earliest, about, latest + 1, hold, resumes_at)


def is_long_wait(found: Estimate, *, since: datetime, now: datetime) -> bool:
    """Whether a page tells somebody of a wait: it is, or will be, as long as letters tell of."""
    is_foreseen = found.minutes_to is not None and timedelta(minutes=found.minutes_to) >= TOLD_AFTER
    return is_foreseen or found.hold is not Hold.NONE or now - since >= TOLD_AFTER
