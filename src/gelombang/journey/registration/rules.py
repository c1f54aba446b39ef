"""What a registration can become, which letters it owes, and when a sign-in code is good."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from gelombang.kit.errors import Refusal
from gelombang.kit.words import Text

LINK_LIFE = timedelta(days=7)
"""Real time that a confirm link works."""
LETTERS_A_DAY = 3
"""Letters with a confirm or sign-in link that one address gets in a real day, at most."""
LETTER_DAY = timedelta(days=1)
CODE_LIFE = timedelta(minutes=10)
"""Real time that a sign-in code works."""
CODE_PAUSES = (
    timedelta(seconds=30),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
)
"""Real time between a code that nobody used and the next one: it grows with every such code, and a
code that let somebody in ends the row."""
CODES_A_DAY = 20
"""Codes that one address gets in a real day, at most."""
CODE_DAY = timedelta(days=1)
CODE_TRIES = 5
"""Wrong codes until the newest one is used up."""
CODE_DIGITS = 6
CODE_MEMORY = timedelta(days=2)
"""Real time until a code's row is swept away: longer than every limit that counts it."""


class RegistrationState(StrEnum):
    """Where a registration stands; `submitted` is the intake row itself."""

    REGISTERED = "registered"
    """Merged by e-mail address; the confirm link is owed."""
    EMAIL_CONFIRMED = "email_confirmed"
    """The person proved that mail reaches them."""
    ERASED = "erased"
    """Personal data was erased on the person's wish."""


REGISTRATION_MOVES: Mapping[str, frozenset[str]] = {
    RegistrationState.REGISTERED: frozenset(
        {RegistrationState.EMAIL_CONFIRMED, RegistrationState.ERASED}
    ),
    RegistrationState.EMAIL_CONFIRMED: frozenset({RegistrationState.ERASED}),
    RegistrationState.ERASED: frozenset(),
}


class Channel(StrEnum):
    """By what somebody is reached."""

    EMAIL = "email"
    """Letters and codes by e-mail."""
    PHONE = "phone"
    """Codes by SMS or WhatsApp."""


WAITING_TIME = timedelta(hours=72)
"""Real time before a new address counts that nobody confirmed from the old one."""


class SameContact(Refusal):
    """The new address or number is the present one."""

    sentence: ClassVar[Text] = Text(
        id="Itu sudah menjadi kontak Anda sekarang. Tulis yang baru.",
        en="That is your contact already. Write the new one.",
    )


class NothingToProve(Refusal):
    """No change is open: it was never asked for, or is settled."""

    sentence: ClassVar[Text] = Text(
        id="Tidak ada perubahan yang menunggu kode. Mulai lagi dari halaman kontak.",
        en="No change waits for a code. Start again from the page of your contacts.",
    )


@dataclass(frozen=True, slots=True)
class Change:
    """A change of address or number under way; instants are real."""

    id: int
    channel: Channel
    value_sealed: bytes = field(repr=False)
    sent_at: datetime
    proven_at: datetime | None
    effective_at: datetime | None


@dataclass(frozen=True, slots=True)
class SignInView:
    """One place where somebody is signed in; instants are real."""

    id: int
    device: str
    signed_in_at: datetime
    seen_at: datetime


def effective_from(*, is_stepped_up: bool, real_now: datetime) -> datetime:
    """From when on a proven change counts: at once where the old address agreed."""
    return real_now if is_stepped_up else real_now + WAITING_TIME


def masked_email(address: str) -> str:
    """An address as its owner knows it and nobody else: `b•••@example.id`."""
    name, _, domain = address.rpartition("@")
    return f"{name[:1]}•••@{domain}"


def masked_phone(number: str) -> str:
    """A number by its last three digits."""
    return f"•••• {number[-3:]}"


class CodeWrong(Refusal):
    """The digits are not those of the newest code; the try is counted."""

    sentence: ClassVar[Text] = Text(
        id="Kode itu tidak cocok. Lihat pesan terbaru dari kami; tersisa {left} kali mencoba.",
        en="That code does not match. Look at our newest message; {left} tries are left.",
    )


class CodeExpired(Refusal):
    """No code of this address works now: too old, or none was asked for."""

    sentence: ClassVar[Text] = Text(
        id="Kode ini sudah tidak berlaku. Minta kode baru; kode berlaku sepuluh menit.",
        en="This code no longer works. Ask for a new one; a code works for ten minutes.",
    )


class CodeUsedUp(Refusal):
    """The newest code let somebody in already, or met too many wrong tries."""

    sentence: ClassVar[Text] = Text(
        id="Kode ini sudah terpakai atau terlalu sering dicoba. Minta kode baru.",
        en="This code was already used, or was tried too often. Ask for a new one.",
    )


@dataclass(frozen=True, slots=True)
class RegistrationView:
    """What pages show of a registration; instants are virtual."""

    state: RegistrationState
    submitted_at: datetime
    email_confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Submitted:
    """One row of the intake, as the front door wrote it."""

    id: int
    xid: str
    receipt: str
    email_index: bytes = field(repr=False)
    email_sealed: bytes = field(repr=False)
    phone_index: bytes | None = field(repr=False)
    phone_sealed: bytes | None = field(repr=False)
    language: str
    received_at: datetime  # virtual


@dataclass(frozen=True, slots=True)
class Standing:
    """A registration as a batch of submissions finds it, after it was made where it was missing."""

    registration_id: int
    person_id: UUID
    state: RegistrationState
    is_new: bool
    letters_today: int


class LetterKind(StrEnum):
    """Which letter answers a submission."""

    CONFIRM = "registration.confirm"
    """The first one: please confirm your address."""
    CONFIRM_AGAIN = "registration.confirm_again"
    """You are registered already; here is a fresh confirm link."""
    SIGN_IN = "registration.already_confirmed"
    """You are registered and confirmed; here is where to sign in."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """A submission, the registration that it became, and the letter that it owes, if any."""

    submission: Submitted
    standing: Standing
    letter: LetterKind | None


class SignInAnswer(StrEnum):
    """What somebody who asks to sign in gets by mail; the page says the same for all."""

    CODE = "registration.code"
    """A code: the address is confirmed."""
    LINK = "registration.link"
    """A new confirm link: the address is registered and not confirmed yet."""
    SILENCE = "registration.silence"
    """Nothing: nobody registered with it, or it had enough links today."""


@dataclass(frozen=True, slots=True)
class Reach:
    """A registered person who can be written to."""

    person_id: UUID
    registration_id: int
    state: RegistrationState
    address_sealed: bytes = field(repr=False)
    receipt: str
    """Of the first submission: what a new confirm link is made for."""


@dataclass(frozen=True, slots=True)
class Code:
    """The newest code that an account asked for, or that a change of contact waits for."""

    id: int
    person_id: UUID | None
    code_mac: bytes = field(repr=False)
    salt: bytes = field(repr=False)
    expires_at: datetime
    attempts_left: int
    used_at: datetime | None
    texted_at: datetime | None = None

    def is_open(self, real_now: datetime) -> bool:
        """Whether it could still let somebody in, or, where it was never sent, looks so."""
        return real_now < self.expires_at and self.used_at is None and self.attempts_left > 0


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whom a code let in."""

    person_id: UUID
    by_email: bool
    """Whether only a reader of the person's mail can have had the code."""


def merge(submissions: Iterable[Submitted]) -> dict[bytes, list[Submitted]]:
    """The submissions of each address, in the order of their arrival in the intake."""
    merged: dict[bytes, list[Submitted]] = {}
    for submission in submissions:
        merged.setdefault(submission.email_index, []).append(submission)
    return merged


def answer(submissions: Sequence[Submitted], standing: Standing) -> list[Admitted]:
    """What each submission of one address becomes: all are admitted, the first few get a letter."""
    room = max(0, LETTERS_A_DAY - standing.letters_today)
    if standing.state is RegistrationState.ERASED:
        room = 0
    return [
        Admitted(
            submission=submission,
            standing=standing,
            letter=_letter(standing, is_first=place == 0) if place < room else None,
        )
        for place, submission in enumerate(submissions)
    ]


def _letter(standing: Standing, *, is_first: bool) -> LetterKind:
    if standing.state is RegistrationState.EMAIL_CONFIRMED:
        return LetterKind.SIGN_IN
    return LetterKind.CONFIRM if standing.is_new and is_first else LetterKind.CONFIRM_AGAIN


def first_instants(merged: Mapping[bytes, Sequence[Submitted]]) -> dict[bytes, datetime]:
    """When each address was first submitted, by the clock of arrival."""
    return {index: min(s.received_at for s in group) for index, group in merged.items()}


def answer_sign_in(reach: Reach | None, *, letters_today: int) -> SignInAnswer:
    """What an address gets that asks to sign in."""
    if reach is None:
        return SignInAnswer.SILENCE
    if reach.state is RegistrationState.EMAIL_CONFIRMED:
        return SignInAnswer.CODE
    return SignInAnswer.LINK if letters_today < LETTERS_A_DAY else SignInAnswer.SILENCE


def answer_by_text(reach: Reach | None, *, has_number: bool) -> SignInAnswer:
    """What an account gets whose code is to come by text message: a proven number has one."""
    is_confirmed = reach is not None and reach.state is RegistrationState.EMAIL_CONFIRMED
    return SignInAnswer.CODE if is_confirmed and has_number else SignInAnswer.SILENCE


def next_code_at(asked: Sequence[tuple[datetime, bool]], *, real_now: datetime) -> datetime:
    """From when on an address may ask for another code (real time).

    `asked` are the codes of the last day, newest first: when each was sent, and whether it let
    somebody in.
    """
    if not asked:
        return real_now
    if len(asked) >= CODES_A_DAY:
        return max(real_now, asked[CODES_A_DAY - 1][0] + CODE_DAY)
    unused = next((place for place, (_, used) in enumerate(asked) if used), len(asked))
    if unused == 0:
        return real_now
    pause = CODE_PAUSES[min(unused, len(CODE_PAUSES)) - 1]
    return max(real_now, asked[0][0] + pause)


def normalise_code(typed: str) -> str:
    """The digits that somebody typed or pasted, blanks and hyphens forgiven."""
    return re.sub(r"[\s\-]", "", typed)[: CODE_DIGITS + 1]


def judge_code(code: Code | None, *, fits: bool, real_now: datetime) -> Refusal | None:
    """Why a code does not let anybody in; None when it does."""
    if code is None or real_now >= code.expires_at:
        return CodeExpired(field="code")
    if code.used_at is not None or code.attempts_left == 0:
        return CodeUsedUp(field="code")
    if fits and code.person_id is not None:
        return None
    if code.attempts_left == 1:
        return CodeUsedUp(field="code")
    return CodeWrong(field="code", left=code.attempts_left - 1)


def can_be_texted(code: Code, *, real_now: datetime) -> bool:
    """Whether an open code goes out once more by text: once, and not shortly before its end."""
    lives_on = code.expires_at - real_now >= CODE_LIFE / 2
    return code.is_open(real_now) and code.texted_at is None and lives_on


def costs_a_try(code: Code, *, real_now: datetime) -> bool:
    """Whether a refused attempt is counted: only a code that could still let somebody in loses."""
    return code.is_open(real_now)
