"""Signed tokens that need no row: the confirm link, the passes, and the waiting-room ticket.

All are `base64url(payload || HMAC-SHA-256)` with the key id inside the payload. Links and passes
live by real time; a ticket keeps its place for ever. A token proves only what it says: a confirm
token confirms an address and never signs in.
"""

import base64
import hmac
import struct
from binascii import Error as Base64Error
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from uuid import UUID

from gelombang.kit.indexing import FIRST, INDEX_BYTES
from gelombang.kit.macs import mac
from gelombang.kit.sealing import Keyring

_MAC_BYTES = 32
_KEY_SHIFT = 56  # bits
_LONGEST = 512  # letters; ours have fewer than 200
_TICKET_MAC_BYTES = 16  # 128 bits; a ticket travels in every poll
_TICKET = struct.Struct(">BBQqQ")  # key id, kind, real and virtual microseconds, random number
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
EARLY = timedelta(hours=1)
"""How long before an opening places are handed out that are drawn at it."""


class TokenForged(Exception):
    """The token was not made here, or was altered."""


class TokenExpired(Exception):
    """The token was made here, but its time is over."""


class TicketKind(IntEnum):
    """How its holder came by a ticket; the number is part of the token."""

    FORM = 1
    """Handed out with a form: its place counts from then, should there be a queue by the end."""
    QUEUED = 2
    """Its holder was asked to wait, and is counted among the waiting."""
    EARLY = 3
    """From before the opening: its place is drawn at the opening, not taken by its instant."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """A place in the queue of one subject. Nobody keeps a list: the holder brings it."""

    kind: TicketKind
    subject: str
    """`registration`, a wave id, or `house`."""
    real_us: int
    """The real instant of issue, in microseconds since 1970: the place in the queue."""
    issued_us: int
    """The virtual instant of issue, likewise: the calendar judges its holder by it."""
    number: int
    """64 random bits, so that two tickets of one microsecond are two."""

    @property
    def id(self) -> str:
        """What is spent once, the same for every kind; it grows with time."""
        return f"{self.real_us:016x}{self.number:016x}"

    @property
    def issued_at(self) -> datetime:
        """The virtual instant of issue."""
        return _EPOCH + self.issued_us * _MICROSECOND

    @property
    def real_at(self) -> datetime:
        """The real instant of issue."""
        return _EPOCH + self.real_us * _MICROSECOND


def microseconds(at: datetime) -> int:
    """Whole microseconds from 1970 to an instant."""
    return (at - _EPOCH) // _MICROSECOND


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What a confirm token proves: who got this link can read mail for this address index."""

    receipt: str
    email_index: bytes


def _sign(keyring: Keyring, kind: bytes, payload: bytes) -> str:
    body = bytes((keyring.tokens_current,)) + payload
    return _write(body + mac(keyring.tokens[keyring.tokens_current], kind + body))


def _write(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _verify(keyring: Keyring, kind: bytes, token: str) -> bytes:
    raw = _bytes_of(token)
    if len(raw) <= 1 + _MAC_BYTES or raw[0] not in keyring.tokens:
        raise TokenForged("too short or of an unknown key")
    body, signature = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
    if not hmac.compare_digest(signature, mac(keyring.tokens[raw[0]], kind + body)):
        raise TokenForged("the signature does not fit")
    return body[1:]


def _bytes_of(token: str) -> bytes:
    if len(token) > _LONGEST:
        raise TokenForged("too long")
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (Base64Error, ValueError) as broken:
        raise TokenForged("not base64url") from broken
    if _write(raw) != token:
        raise TokenForged("another spelling of the same bytes")
    return raw


def _check_expiry(expires: int, real_now: datetime) -> None:
    if real_now.timestamp() >= expires:
        raise TokenExpired("its time is over")


def confirm_token(
    keyring: Keyring, *, receipt: str, email_index: bytes, expires_at: datetime
) -> str:
    """The path segment of the confirm link, valid until `expires_at` (real time)."""
    index = bytes(email_index)  # drivers hand out memoryviews
    if len(index) not in (INDEX_BYTES, INDEX_BYTES + 1):
        raise ValueError("an address index has 32 bytes, or 33 with the id of a later key")
    # The highest byte of the instant is free: it carries the id of the index's key, or 0.
    key_id = index[0] if len(index) > INDEX_BYTES else FIRST
    head = struct.pack(">Q", int(expires_at.timestamp()) | key_id << _KEY_SHIFT)
    payload = head + index[-INDEX_BYTES:] + receipt.encode()
    return _sign(keyring, b"confirm", payload)


def read_confirm_token(keyring: Keyring, token: str, *, real_now: datetime) -> Confirmation:
    """What the link proves. Raises TokenForged or TokenExpired."""
    payload = _verify(keyring, b"confirm", token)
    head = int.from_bytes(payload[:8])
    _check_expiry(head & ~(0xFF << _KEY_SHIFT), real_now)
    key_id = head >> _KEY_SHIFT
    digest = payload[8 : 8 + INDEX_BYTES]
    return Confirmation(
        receipt=payload[8 + INDEX_BYTES :].decode("ascii"),
        email_index=digest if key_id == FIRST else bytes((key_id,)) + digest,
    )


def door_pass(keyring: Keyring, *, person_id: UUID, expires_at: datetime) -> str:
    """The cookie by which the front door knows a signed-in person without a look-up."""
    return _sign(keyring, b"pass", struct.pack(">Q", int(expires_at.timestamp())) + person_id.bytes)


def read_door_pass(keyring: Keyring, token: str, *, real_now: datetime) -> UUID:
    """The person that the pass was given to. Raises TokenForged or TokenExpired."""
    payload = _verify(keyring, b"pass", token)
    if len(payload) != 8 + 16:
        raise TokenForged("not a door pass")
    _check_expiry(struct.unpack(">Q", payload[:8])[0], real_now)
    return UUID(bytes=payload[8:])


def admission_pass(keyring: Keyring, *, expires_at: datetime) -> str:
    """The cookie by which the house knows that its bearer's turn has come (real time)."""
    return _sign(keyring, b"admission", struct.pack(">Q", int(expires_at.timestamp())))


def read_admission_pass(keyring: Keyring, token: str, *, real_now: datetime) -> None:
    """Return when the pass is good. Raises TokenForged or TokenExpired."""
    payload = _verify(keyring, b"admission", token)
    if len(payload) != 8:  # noqa: PLR2004 - one instant
        raise TokenForged("not an admission pass")
    _check_expiry(struct.unpack(">Q", payload)[0], real_now)


def ticket_token(keyring: Keyring, ticket: Ticket) -> str:
    """The ticket as its holder keeps it, in a cookie and in an address."""
    key_id = keyring.tokens_current
    head = _TICKET.pack(key_id, ticket.kind, ticket.real_us, ticket.issued_us, ticket.number)
    body = head + ticket.subject.encode()
    return _write(body + _ticket_mac(keyring.tokens[key_id], body))


def read_ticket(keyring: Keyring, token: str) -> Ticket:
    """The ticket that somebody shows. Raises TokenForged."""
    raw = _bytes_of(token)
    body, signature = raw[:-_TICKET_MAC_BYTES], raw[-_TICKET_MAC_BYTES:]
    key = keyring.tokens.get(raw[0]) if len(body) > _TICKET.size else None
    if key is None or not hmac.compare_digest(signature, _ticket_mac(key, body)):
        raise TokenForged("no ticket of ours")
    _, kind, real_us, issued_us, number = _TICKET.unpack_from(body)
    return Ticket(TicketKind(kind), body[_TICKET.size :].decode(), real_us, issued_us, number)


def standing_of(token: str) -> int:
    """The real instant of a ticket's issue in microseconds, read without trusting it.

    For programs that wait as the waiting page does. Raises TokenForged for what is no ticket.
    """
    raw = _bytes_of(token)
    if len(raw) <= _TICKET.size + _TICKET_MAC_BYTES:
        raise TokenForged("no ticket of ours")
    real_us: int = _TICKET.unpack_from(raw)[2]
    return real_us


def _ticket_mac(key: bytes, body: bytes) -> bytes:
    return mac(key, b"ticket" + body)[:_TICKET_MAC_BYTES]


def notice_token(keyring: Keyring, *, notice_id: int) -> str:
    """The left half of a letter's Message-ID: the same in every attempt, and nobody else's to make.

    A bounce names it, and only a bounce of a letter of ours may tell us about an address.
    """
    return _sign(keyring, b"notice", struct.pack(">Q", notice_id))


def read_notice_token(keyring: Keyring, token: str) -> int:
    """The number of the notice. Raises TokenForged."""
    try:
        (number,) = struct.unpack(">Q", _verify(keyring, b"notice", token))
    except struct.error as broken:
        raise TokenForged("not a notice") from broken
    return int(number)


def expiry_of(token: str) -> datetime:
    """When a token ends, read without trusting it; only for cookies' Max-Age."""
    raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    return datetime.fromtimestamp(struct.unpack(">Q", raw[1:9])[0], UTC)
