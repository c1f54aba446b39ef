"""Who may take part in the draw, and what a draw and an award can become.

The draw itself is in `drawing.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from gelombang.kit.errors import Refusal
from gelombang.kit.instants import show_date
from gelombang.kit.words import Text
from gelombang.records.programme.terms import EXCLUDE, AgeRule, Eligibility


class DrawState(StrEnum):
    """Where the one draw of a wave stands."""

    REQUESTED = "requested"
    """An operator asked to freeze the candidates."""
    FROZEN = "frozen"
    """Eligibility is settled, the list and its commitment are published."""
    DRAWN = "drawn"
    """The beacon's round is known, outcomes are stored."""
    AWARDED = "awarded"
    """Awards, claims, commitments and notices are made; the result is published."""
    VOID = "void"
    """The round could not be had within 24 hours."""


DRAW_MOVES: Mapping[str, frozenset[str]] = {
    DrawState.REQUESTED: frozenset({DrawState.FROZEN}),
    DrawState.FROZEN: frozenset({DrawState.DRAWN, DrawState.VOID}),
    DrawState.DRAWN: frozenset({DrawState.AWARDED}),
    DrawState.AWARDED: frozenset(),
    DrawState.VOID: frozenset(),
}


class Outcome(StrEnum):
    """What the draw said about a candidate."""

    SELECTED = "selected"
    """Has a place."""
    WAITING = "waiting"
    """Has none yet; returns of places are offered in waiting order."""


class AwardState(StrEnum):
    """Where an award stands; completion is derived from later steps."""

    OPEN = "open"
    """Given, not yet accepted."""
    ACCEPTED = "accepted"
    """The person took it up."""
    DECLINED = "declined"
    """Ended: the person said no."""
    LAPSED = "lapsed"
    """Ended: a deadline passed unused."""
    REVOKED = "revoked"
    """Ended: taken back by decision."""


AWARD_MOVES: Mapping[str, frozenset[str]] = {
    AwardState.OPEN: frozenset(
        {AwardState.ACCEPTED, AwardState.DECLINED, AwardState.LAPSED, AwardState.REVOKED}
    ),
    AwardState.ACCEPTED: frozenset({AwardState.LAPSED, AwardState.REVOKED}),
    AwardState.DECLINED: frozenset(),
    AwardState.LAPSED: frozenset(),
    AwardState.REVOKED: frozenset(),
}
HOLDING = (AwardState.OPEN, AwardState.ACCEPTED)


class EndReason(StrEnum):
    """Why an award ended, as it is stored beside its state."""

    DECLINED = "declined"
    """The person said no."""
    NO_PURCHASE = "no_purchase"
    """No course was bought by the deadline."""


REMINDER = timedelta(days=7)
"""Virtual time before the first purchase's deadline at which who bought nothing is reminded."""

DRAIN = timedelta(seconds=10)
"""Real time after a close in which the intake's last commits become visible."""
LEAST_WITNESSES = 2  # outside the organiser, so that a list cannot be backdated (draw.md)
NOTICE = timedelta(hours=1)
"""Virtual time, at least, between the commitment and the round that it names (draw.md)."""
PATIENCE = timedelta(hours=24)
"""Virtual time after which a round that cannot be had voids the wave (draw.md)."""
DOUBT = timedelta(minutes=1)
"""Real time, at least, of asking in vain before that: a jump of the clock is no outage."""
FRESH = "fact"
"""The verdict of an attestation by which something holds."""


class WaveNotClosed(Refusal):
    """Candidates are frozen only after the close."""

    status: ClassVar[int] = 409
    sentence: ClassVar[Text] = Text(
        id="Gelombang ini belum ditutup.", en="This wave has not closed yet."
    )


class AlreadyFrozen(Refusal):
    """A wave has at most one commitment and one result (draw.md)."""

    status: ClassVar[int] = 409
    sentence: ClassVar[Text] = Text(
        id="Daftar calon gelombang ini sudah dibekukan; hanya ada satu undian.",
        en="The candidates of this wave are frozen already; there is only one draw.",
    )


class NotFrozen(Refusal):
    """There is no frozen list to draw from."""

    status: ClassVar[int] = 409
    sentence: ClassVar[Text] = Text(
        id="Daftar calon gelombang ini belum dibekukan.",
        en="The candidates of this wave are not frozen yet.",
    )


class NotStopped(Refusal):
    """Awarding goes on, is done, or has not begun: there is nothing to resume."""

    status: ClassVar[int] = 409
    sentence: ClassVar[Text] = Text(
        id="Penetapan penerima tidak sedang berhenti.", en="Awarding is not stopped."
    )


class AwardNotYours(Refusal):
    """No such award, or somebody else's: the answer is the same."""

    status: ClassVar[int] = 404
    sentence: ClassVar[Text] = Text(
        id="Kami tidak menemukan bantuan ini.", en="We cannot find this award."
    )


class AwardEnded(Refusal):
    """It was declined, lapsed or taken back; it does not come back to life."""

    status: ClassVar[int] = 409
    sentence: ClassVar[Text] = Text(id="Bantuan ini sudah berakhir.", en="This award has ended.")


class AwardAccepted(Refusal):
    """Who took it up can no longer say no; unused money goes back by its deadlines."""

    status: ClassVar[int] = 409
    sentence: ClassVar[Text] = Text(
        id="Bantuan ini sudah Anda terima dan tidak dapat ditolak lagi.",
        en="You have accepted this award and can no longer decline it.",
    )


class PurchaseDeadlineOver(Refusal):
    """The deadline decides, not the moment at which the sweep comes by."""

    status: ClassVar[int] = 409
    sentence: ClassVar[Text] = Text(
        id="Batas waktu pembelian pelatihan pertama sudah lewat.",
        en="The deadline for buying the first course has passed.",
    )


class NoScheme(Refusal):
    """No scheme with a draw was in force on the day of the close."""

    sentence: ClassVar[Text] = Text(
        id="Tidak ada skema yang berlaku pada hari penutupan gelombang.",
        en="No scheme was in force on the day the wave closed.",
    )


@dataclass(frozen=True, slots=True)
class Attested:
    """What a registry said, when, and by which code; `verdict` None while nobody answered."""

    verdict: str | None
    source: str
    code: str
    at: datetime | None

    @property
    def holds(self) -> bool:
        """Whether the registry confirmed the fact asked about."""
        return self.verdict == FRESH


UNASKED = Attested(None, "", "", None)


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that an entrant is judged by."""

    is_verified: bool
    verified_at: datetime | None
    birth_date: date | None
    enrolled: Attested
    social_aid: Attested
    is_served: bool
    is_refuted: bool = False
    employed: Attested = UNASKED
    excluded: Attested = UNASKED


Reason = Mapping[str, Any]
"""One rule that refuses: rule, version, fact, source, date."""


@dataclass(frozen=True, slots=True)
class Judged:
    """An entrant's tier, and every rule that refuses them; none means eligible."""

    tier: str
    reasons: Sequence[Reason]


def years_old(birth_date: date, day: date) -> int:
    """Whole years on a day; who was born on 29 February turns older on 1 March of other years."""
    had_birthday = (day.month, day.day) >= (birth_date.month, birth_date.day)
    return day.year - birth_date.year - (not had_birthday)


def is_old_enough(birth_date: date, day: date, rule: AgeRule) -> bool:
    """Whether somebody is old enough on a day (R063).

    Inclusive counts from the birthday itself on; otherwise the birthday must lie before the day.
    """
    if rule.inclusive:
        return years_old(birth_date, day) >= rule.years
    return years_old(birth_date, day - timedelta(days=1)) >= rule.years


def judge(
    facts: Facts, rules: Eligibility, *, day: date, zone: ZoneInfo, tiers: Sequence[str]
) -> Judged:
    """Hold somebody's facts against every rule, so that each refusal is told at once (O6).

    `day` is the local day on which the wave closed. A fact that nobody has answered yet is no
    reason: the freeze waits for it.
    """
    verified_on = _local(facts.verified_at, zone)
    if facts.is_refuted:
        reason = _reason("identity_refuted", 1, "refuted", "Dukcapil", verified_on or day)
        return Judged(tiers[0], (reason,))
    if not facts.is_verified:
        reason = _reason("identity_verified", 1, "not_verified", "Dukcapil", verified_on or day)
        return Judged(tiers[0], (reason,))
    reasons: list[Reason] = []
    birth = facts.birth_date
    if birth is None or not is_old_enough(birth, day, rules.age):
        age = "unknown" if birth is None else f"age:{years_old(birth, day)}"
        reasons.append(_reason("age_at_close", rules.age.version, age, "Dukcapil", day))
    for rule, fact in (
        (rules.not_enrolled, facts.enrolled),
        (rules.not_employed, facts.employed),
        (rules.not_excluded, facts.excluded),
    ):
        if rule is not None and fact.holds:
            reasons.append(_attested(rule.code, rule.version, fact, zone))
    if facts.is_served:
        version = rules.once_in_a_lifetime.version
        reasons.append(_reason("once_in_a_lifetime", version, "served", "lifetime_claims", day))
    aid = rules.social_aid
    if aid is None:
        return Judged(tiers[0], tuple(reasons))
    if aid.effect == EXCLUDE and facts.social_aid.holds:
        reasons.append(_attested("social_aid", aid.version, facts.social_aid, zone))
    return Judged(aid.receiving_tier if facts.social_aid.holds else aid.other_tier, tuple(reasons))


def _reason(rule: str, version: int, fact: str, source: str, day: date) -> Reason:
    return {
        "rule": rule,
        "version": version,
        "fact": fact,
        "source": source,
        "date": day.isoformat(),
    }


def _attested(rule: str, version: int, fact: Attested, zone: ZoneInfo) -> Reason:
    return _reason(rule, version, fact.code, fact.source, _local(fact.at, zone) or date.min)


def _local(instant: datetime | None, zone: ZoneInfo) -> date | None:
    return instant.astimezone(zone).date() if instant is not None else None


REASONS: Mapping[str, Text] = {
    "age_at_close": Text(
        id="Umur Anda {age} tahun pada {date}, hari gelombang ditutup; syaratnya {years} tahun. "
        "Sumber: {source}.",
        en="You were {age} years old on {date}, the day the wave closed; {years} are required. "
        "Source: {source}.",
    ),
    "not_enrolled": Text(
        id="Menurut {source} pada {date}, Anda sedang bersekolah atau kuliah.",
        en="According to {source} on {date}, you are at school or university.",
    ),
    "not_employed": Text(
        id="Menurut {source} pada {date}, Anda terdaftar sebagai pekerja aktif.",
        en="According to {source} on {date}, you are registered as employed.",
    ),
    "not_excluded": Text(
        id="Menurut {source} pada {date}, Anda tercatat sebagai {list}; program ini bukan untuk "
        "mereka.",
        en="According to {source} on {date}, you are listed as {list}; this programme is not for "
        "them.",
    ),
    "once_in_a_lifetime": Text(
        id="Anda sudah pernah menerima manfaat ini; manfaat hanya sekali seumur hidup.",
        en="You have received this benefit before; it is given once in a lifetime.",
    ),
    "identity_verified": Text(
        id="Identitas Anda sedang diperiksa lagi, sehingga Anda tidak dapat ikut undian ini.",
        en="Your identity is being checked again, so you could not take part in this draw.",
    ),
    "identity_refuted": Text(
        id="Menurut {source} pada {date}, data identitas yang Anda isi tidak cocok. Perbaiki di "
        "halaman identitas, lalu ikuti gelombang berikutnya.",
        en="According to {source} on {date}, the identity you stated does not match. Correct it on "
        "your identity page, and join the next wave.",
    ),
    "social_aid": Text(
        id="Menurut {source} pada {date}, Anda menerima bantuan sosial.",
        en="According to {source} on {date}, you receive social aid.",
    ),
}


LISTS: Mapping[str, Text] = {
    "on_officials": Text(id="pejabat negara", en="a state official"),
    "on_asn": Text(id="aparatur sipil negara (ASN)", en="a civil servant (ASN)"),
    "on_tni": Text(id="anggota TNI", en="a member of the armed forces (TNI)"),
    "on_polri": Text(id="anggota Polri", en="a member of the police (Polri)"),
}
"""The exclusion lists in words, by the code of the answer."""


def sentence_of(reason: Reason, *, years: int) -> Text:
    """A refusal's reason as its person reads it: rule, the data used, its source and date."""
    day = show_date(date.fromisoformat(reason["date"]))
    age = str(reason["fact"]).removeprefix("age:")
    template = REASONS[reason["rule"]]
    known = {"age": age, "years": years, "source": reason["source"]}
    listed = LISTS.get(str(reason["fact"]), Text(id=str(reason["fact"]), en=str(reason["fact"])))
    return Text(
        id=template.id.format(**known, date=day.id, list=listed.id),
        en=template.en.format(**known, date=day.en, list=listed.en),
    )


def check_acceptable(state: str, *, purchase_by: datetime | None, now: datetime) -> None:
    """Whether an open award may still be taken up or declined (R075).

    Raises AwardEnded or PurchaseDeadlineOver.
    """
    if state not in HOLDING:
        raise AwardEnded
    if purchase_by is not None and purchase_by <= now:
        raise PurchaseDeadlineOver
