"""What a message owed to a person can become, and when it is tried again."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from gelombang.kit.ids import is_letter_number, letter_number, show_letters
from gelombang.kit.sealing import Keyring, derived_key, seal, unseal

LEASE = timedelta(minutes=3)
"""Real time that a claimed notice stays with its deliverer: after a crash it is sent again then."""
MOST_ATTEMPTS = 30
"""Answers of the mail system before a notice is given up: about a day of trying."""
CHECK_PATH = "/periksa-pesan"
NUMBER_LINE = "Nomor surat (letter number) {number} · periksa di (check at) {place}"
"""The last line of every letter, in both languages at once: a deliverer knows no letter's own."""
_FIRST_PAUSE = timedelta(seconds=10)
_LONGEST_PAUSE = timedelta(hours=1)


ADDRESS = "email"
"""The purpose that every address of a notice is sealed for, of whatever channel: a column has one,
so that a rotation of keys opens what it holds."""


class Via(StrEnum):
    """The way that a message takes."""

    EMAIL = "email"
    """A letter by e-mail."""
    SMS = "sms"
    """A text message to a mobile number."""
    WHATSAPP = "whatsapp"
    """The same by WhatsApp."""


class NoticeState(StrEnum):
    """Where a notice stands."""

    OWED = "owed"
    """To be sent; tried again until it is."""
    SENT = "sent"
    """The mail system took it."""
    GIVEN_UP = "given_up"
    """Nobody reads mail at the address, or the mail system refused it too often."""


NOTICE_MOVES: Mapping[str, frozenset[str]] = {
    NoticeState.OWED: frozenset({NoticeState.SENT, NoticeState.GIVEN_UP}),
    NoticeState.SENT: frozenset(),
    NoticeState.GIVEN_UP: frozenset(),
}


OPTIONAL_KINDS = frozenset({"selection.reminder"})
"""Letters that stop when their reader calls one unwanted; everything else is owed by law or asked
for."""
AGAIN = ":lagi"
CAME_BACK = "came_back"
"""What reports on letters are counted under, by hour and status: `came_back:5.7.1`."""
MOST_AGAIN = 3
"""Letters that come back for a passing reason are sent again so often at most."""
_FIRST_AGAIN = timedelta(minutes=15)
TEXT_LIFE = timedelta(minutes=5)
"""Real time in which it makes sense to send a text message once more."""
TIMELY = timedelta(seconds=10)
"""Real time in which a text message reaches its phone on a good day."""
LATEST_TEXTS = 10
"""Messages of a provider that its receipts are judged by."""
FEWEST_TEXTS = 4
"""Fewer say nothing: phones are switched off too."""
TEXT_WINDOW = timedelta(minutes=10)
"""Older messages say nothing about now."""
SOON = timedelta(minutes=1)
"""A queue shorter than this is not worth a word."""
RATE_WINDOW = timedelta(minutes=3)
SAMPLE = 10_000
"""Letters at the head of the queue that an estimate reads, however long the queue is."""


class Delivery(StrEnum):
    """What became of one attempt."""

    TAKEN = "taken"
    """The mail system took responsibility for the letter."""
    UNKNOWN_ADDRESS = "unknown_address"
    """The mail system says that nobody reads mail at the address."""
    REFUSED = "refused"
    """The mail system did not take it (5xx), for a reason of its own: another one may, or the same
    one once it is put right."""
    UNSENDABLE = "unsendable"
    """No mail system can be asked to take it."""
    DEFERRED = "deferred"
    """The mail system asked for patience (4xx)."""
    SILENCE = "silence"
    """The line went dead in the middle of the letter: it is sent again, as the same letter."""
    WITHHELD = "withheld"
    """Not sent: nobody reads mail there, or the reader does not want letters of this kind."""
    UNTRIED = "untried"
    """The mail system was away: the attempt does not count."""


_FINAL = frozenset({Delivery.UNKNOWN_ADDRESS, Delivery.UNSENDABLE, Delivery.WITHHELD})


@dataclass(frozen=True, slots=True)
class Owed:
    """A message that a step owes somebody. `key` says why; the same key is owed once.

    `address_sealed` is an address or, for SMS and WhatsApp, a number, sealed for ADDRESS.
    """

    key: str
    person_id: UUID | None
    kind: str
    address_sealed: bytes
    language: str
    letter_sealed: bytes
    urgent: bool = False
    channel: Via = Via.EMAIL


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit of one period: no more than `most` in a scope."""

    scope: str
    starts_at: datetime
    most: int


@dataclass(frozen=True, slots=True)
class Letter:
    """The words of a message."""

    subject: str
    body: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Claimed:
    """An owed notice in the hands of one deliverer, until its lease ends."""

    id: int
    attempts: int  # this one included
    leased_until: datetime  # real
    address_sealed: bytes = field(repr=False)
    letter_sealed: bytes = field(repr=False)
    kind: str = ""
    urgent: bool = False
    channel: Via = Via.EMAIL
    is_unreachable: bool = False
    is_unwanted: bool = False


@dataclass(frozen=True, slots=True)
class Reachability:
    """What is known of a person's address; instants are real."""

    unreachable_at: datetime | None = None
    unwanted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Queue:
    """What stands in front of a letter that somebody waits for."""

    urgent_due: int
    oldest_due_at: datetime | None
    most_a_minute: int


@dataclass(frozen=True, slots=True)
class LetterQueue:
    """The queue of ordinary letters, of which no more than SAMPLE was read."""

    counted: int
    """Letters that are due, up to SAMPLE."""
    oldest_due_at: datetime | None
    first_number: int
    last_number: int
    """The lowest and the highest number (id) among those."""
    newest_number: int
    """The highest number of all messages."""
    most_a_minute: int

    @property
    def length(self) -> int:
        """How many are due: counted, or beyond the sample by the numbers that were given since."""
        if self.counted < SAMPLE:
            return self.counted
        share = self.counted / (self.last_number - self.first_number + 1)
        return self.counted + round(share * (self.newest_number - self.last_number))


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one claimed notice."""

    notice: Claimed
    delivery: Delivery
    provider: str = ""
    """Who had it, where that is kept: of text messages."""


@dataclass(frozen=True, slots=True)
class TextTaken:
    """A text message that a provider took, and when its receipt came; instants are real."""

    sent_at: datetime
    arrived_at: datetime | None

    @property
    def is_timely(self) -> bool:
        """Whether it was on its phone soon enough for somebody who waits."""
        return self.arrived_at is not None and self.arrived_at - self.sent_at <= TIMELY


class Reachable(Protocol):
    """Somebody who can be written to."""

    @property
    def address_sealed(self) -> bytes:
        """Where mail goes, sealed for `email`."""

    @property
    def language(self) -> str:
        """In which language."""


def letter_to(
    contact: Reachable,
    letter: tuple[str, str],
    *,
    key: str,
    kind: str,
    person_id: UUID,
    keyring: Keyring,
    urgent: bool = False,
) -> Owed:
    """A letter (subject, body) to a person, at the address and in the language of the contact."""
    return Owed(
        key=key,
        person_id=person_id,
        kind=kind,
        address_sealed=contact.address_sealed,
        language=contact.language,
        letter_sealed=seal_letter(keyring, *letter),
        urgent=urgent,
    )


def seal_letter(keyring: Keyring, subject: str, body: str) -> bytes:
    """The letter as a notice carries it: JSON of subject and body, sealed for `letter`."""
    text = json.dumps({"subject": subject, "body": body}, ensure_ascii=False)
    return seal(keyring, text, purpose="letter")


def open_letter(keyring: Keyring, letter_sealed: bytes) -> Letter:
    """The letter inside. Raises SealBroken."""
    return Letter(**json.loads(unseal(keyring, letter_sealed, purpose="letter")))


def numbered(letter: Letter, *, notice: int, base_url: str, keyring: Keyring) -> Letter:
    """The letter with its number as last line, and where anybody can check it.

    The number is computed from the notice's id, so that it is the same each time it is sent.
    """
    number = letter_number(key=_number_key(keyring), reason=str(notice))
    line = NUMBER_LINE.format(number=show_letters(number), place=base_url + CHECK_PATH)
    return Letter(letter.subject, f"{letter.body.rstrip()}\n\n{line}\n")


def is_number_of_ours(number: str, *, keyring: Keyring) -> bool:
    """Whether a letter of ours can carry this number (20 letters, no hyphens); no look-up."""
    return is_letter_number(number, key=_number_key(keyring))


def _number_key(keyring: Keyring) -> bytes:
    return derived_key(keyring, purpose="letter-number")


def state_after(answer: Answer) -> NoticeState:
    """Where a notice stands after an attempt.

    Only what is about the address is final. A refusal about us or the provider (RFC 3463: 5.3.x to
    5.7.x) is put right by somebody, or by another provider: it gives up only in the end.
    """
    if answer.delivery is Delivery.TAKEN:
        return NoticeState.SENT
    if answer.delivery in _FINAL:
        return NoticeState.GIVEN_UP
    worn_out = answer.notice.attempts >= MOST_ATTEMPTS
    if answer.delivery is not Delivery.UNTRIED and worn_out:
        return NoticeState.GIVEN_UP
    return NoticeState.OWED


def attempts_after(answer: Answer) -> int:
    """The attempts that count: one that met no mail system does not."""
    untried = answer.delivery is Delivery.UNTRIED
    return answer.notice.attempts - 1 if untried else answer.notice.attempts


def pause_after(answer: Answer) -> timedelta:
    """Real time until the next attempt: doubling from ten seconds, never above an hour.

    A letter that met no mail system goes out as soon as the mail system is back.
    """
    if answer.delivery is Delivery.UNTRIED:
        return timedelta(0)
    doublings = min(answer.notice.attempts - 1, MOST_ATTEMPTS)
    return min(_FIRST_PAUSE * (1 << doublings), _LONGEST_PAUSE)


def is_withheld(notice: Claimed) -> bool:
    """Whether a letter is not sent at all. What somebody waits for is always tried."""
    if notice.urgent or notice.channel is not Via.EMAIL:
        return False
    return notice.is_unreachable or (notice.is_unwanted and notice.kind in OPTIONAL_KINDS)


def has_slow_receipts(latest: Sequence[TextTaken]) -> bool:
    """Whether a provider takes messages that do not arrive: not one of the last, or hardly any.

    `latest` are newest first, each old enough that its receipt should be there.
    """
    if len(latest) < FEWEST_TEXTS:
        return False
    if not any(text.is_timely for text in latest[:FEWEST_TEXTS]):
        return True
    return 2 * sum(text.is_timely for text in latest) < len(latest)


def next_mark(key: str) -> str | None:
    """What the key of a letter gets that is sent again; None when it was often enough."""
    return AGAIN if key.count(AGAIN) < MOST_AGAIN else None


def pause_before_again(key: str) -> timedelta:
    """Real time until a letter that came back is sent again: 15 minutes, an hour, four hours."""
    return _FIRST_AGAIN * (1 << 2 * key.count(AGAIN))


def wait_for_code(queue: Queue, *, real_now: datetime) -> timedelta | None:
    """How long a code asked for now takes to leave, where that is worth a word; else None."""
    return _wait(queue.urgent_due, queue.oldest_due_at, queue.most_a_minute, real_now=real_now)


def wait_for_letter(queue: LetterQueue, *, real_now: datetime) -> timedelta | None:
    """The same for a letter that nobody waits for at a page, such as the first link."""
    return _wait(queue.length, queue.oldest_due_at, queue.most_a_minute, real_now=real_now)


def _wait(
    due: int, oldest_due_at: datetime | None, most_a_minute: int, *, real_now: datetime
) -> timedelta | None:
    """Backlog by measured rate; while nothing leaves, as long as the oldest waits already."""
    if not due or oldest_due_at is None:
        return None
    waited = real_now - oldest_due_at
    if most_a_minute:
        waited = max(waited, timedelta(minutes=1) * due / most_a_minute)
    return waited if waited > SOON else None
