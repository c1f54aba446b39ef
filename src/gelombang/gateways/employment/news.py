"""News of lost work that the employment insurer sends us: a signed DCI message (standards §3.2).

Nothing of a message counts unless all of it is as agreed, and the signature is looked at first.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from gelombang.gateways.dci.client import VERSION
from gelombang.gateways.dci.signature import LEEWAY, SignatureStale, SignatureWrong, check
from gelombang.gateways.dci.trust import Trust
from gelombang.gateways.employment.status import RECORD_TYPE, REG_TYPE
from gelombang.kit.errors import Refusal
from gelombang.kit.words import Text

INSURER = "employment"  # its sender id
TERMINATED = "EMPLOYMENT_TERMINATED"
REASONS = frozenset({"PHK", "resign", "contract_end"})
LARGEST_MESSAGE = 128 * 1024  # bytes
MOST_EVENTS = 200  # in one message
_REFERENCE = re.compile(r"[!-~]{1,99}")
_NIK = re.compile(r"[0-9]{16}")


class NewsRefused(Refusal):
    """A message of which nothing is kept; `dci_code` is DCI's word for why."""

    dci_code: ClassVar[str] = "err.request.bad"


class NewsUnsigned(NewsRefused):
    """Nobody signed it."""

    sentence: ClassVar[Text] = Text(
        id="Pesan ini tidak bertanda tangan. Tanda tangani, lalu kirim lagi.",
        en="This message is not signed. Sign it, and send it again.",
    )
    status: ClassVar[int] = 401
    dci_code: ClassVar[str] = "err.signature.missing"


class NewsForged(NewsRefused):
    """Another key signed it, or it is not what was signed; or no key is agreed."""

    sentence: ClassVar[Text] = Text(
        id="Tanda tangan pesan ini tidak cocok dengan isi dan kunci yang disepakati.",
        en="The signature of this message does not fit its content and the agreed key.",
    )
    status: ClassVar[int] = 401
    dci_code: ClassVar[str] = "err.signature.invalid"


class NewsOutOfTime(NewsRefused):
    """It was signed for another time."""

    sentence: ClassVar[Text] = Text(
        id="Tanda tangan pesan ini sudah lewat waktunya, atau belum berlaku. Tanda tangani lagi.",
        en="The signature of this message has expired, or holds only later. Sign it again.",
    )
    status: ClassVar[int] = 401
    dci_code: ClassVar[str] = "rjct.message_ts.invalid"


class NewsForAnother(NewsRefused):
    """It names another receiver."""

    sentence: ClassVar[Text] = Text(
        id="Pesan ini ditujukan kepada penerima lain.",
        en="This message is for another receiver.",
    )
    status: ClassVar[int] = 403
    dci_code: ClassVar[str] = "err.receiver_id.invalid"


class NewsNotAgreed(NewsRefused):
    """Its form, its kind of event or one of its events is not what was agreed."""

    sentence: ClassVar[Text] = Text(
        id="Isi pesan ini bukan bentuk yang disepakati. Tidak ada yang kami simpan darinya.",
        en="The content of this message is not of the agreed form. We keep nothing of it.",
    )
    status: ClassVar[int] = 400


class NewsOfWrongType(NewsRefused):
    """It does not say that it is JSON."""

    sentence: ClassVar[Text] = Text(
        id="Kirim pesan JSON dengan Content-Type application/json.",
        en="Send a JSON message with the content type application/json.",
    )
    status: ClassVar[int] = 415


class NewsTooLarge(NewsRefused):
    """It has more bytes than we read."""

    sentence: ClassVar[Text] = Text(
        id="Pesan ini terlalu besar. Paling besar {limit} KB; bagi menjadi beberapa pesan.",
        en="This message is too large. It holds at most {limit} KB; make it several messages.",
    )
    status: ClassVar[int] = 413

    def __init__(self) -> None:
        super().__init__(limit=LARGEST_MESSAGE // 1024)


@dataclass(frozen=True, slots=True, repr=False)
class WorkLost:
    """Somebody's employment ended. Never shown: its repr is the class name."""

    reference: str  # the insurer's, of the event: the same event may be told twice
    nik: str
    reason: str
    end_date: date
    told_at: datetime  # real, by the insurer's clock


@dataclass(frozen=True, slots=True)
class News:
    """What one message tells."""

    events: Sequence[WorkLost]
    message_sha256: str  # of the message as it came, signature and all


def read_news(raw: bytes, *, trust: Trust, receiver_id: str, at: datetime) -> News:
    """The events of a `/registry/notify` message, received at a real instant.

    Raises NewsTooLarge, NewsUnsigned, NewsForged, NewsOutOfTime, NewsForAnother or NewsNotAgreed.
    """
    if len(raw) > LARGEST_MESSAGE:
        raise NewsTooLarge
    try:
        envelope = json.loads(raw)
    except (ValueError, RecursionError):
        raise NewsNotAgreed from None
    if not isinstance(envelope, dict):
        raise NewsNotAgreed
    _check_signature(envelope, trust, at)
    try:
        header, said = envelope["header"], envelope["message"]["notify_event"]
        receiver = header.get("receiver_id", receiver_id)
        _check_header(header, len(said))
        events = [_event(each, at) for each in said]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise NewsNotAgreed from None
    if receiver != receiver_id:
        raise NewsForAnother
    return News(events, hashlib.sha256(raw).hexdigest())


def _check_signature(envelope: Mapping[str, Any], trust: Trust, at: datetime) -> None:
    if not envelope.get("signature"):
        raise NewsUnsigned
    if trust.partner_key is None:
        raise NewsForged  # news that nobody vouches for is none
    try:
        check(envelope, sender_id=INSURER, key=trust.partner_key, at=at)
    except SignatureStale:
        raise NewsOutOfTime from None
    except SignatureWrong:
        raise NewsForged from None


def _check_header(header: Mapping[str, Any], count: int) -> None:
    agreed = (VERSION, "notify", INSURER)
    if (header["version"], header["action"], header["sender_id"]) != agreed:
        raise ValueError
    if header.get("is_msg_encrypted") or header["total_count"] != count:
        raise ValueError
    if not 0 < count <= MOST_EVENTS:
        raise ValueError


def _event(said: Mapping[str, Any], at: datetime) -> WorkLost:
    data = said["data"]
    kind = (data["reg_type"], data["reg_event_type"], data["reg_record_type"])
    if kind != (REG_TYPE, TERMINATED, RECORD_TYPE):
        raise ValueError
    (record,) = data["reg_records"]
    reference, nik, reason = said["reference_id"], record["nik"], record["end_reason"]
    if not _REFERENCE.fullmatch(reference) or not _NIK.fullmatch(nik) or reason not in REASONS:
        raise ValueError
    told_at = datetime.fromisoformat(said["timestamp"])
    if told_at.tzinfo is None or told_at.year < 2000 or told_at > at + LEEWAY:  # noqa: PLR2004
        raise ValueError
    return WorkLost(reference, nik, reason, date.fromisoformat(record["end_date"]), told_at)
