"""Shape checks at the door: pure functions, nothing is looked up."""

import re
from dataclasses import dataclass
from typing import ClassVar, TypeVar
from uuid import UUID

import msgspec

from gelombang.kit.email import email_for_comparison, normalise_email
from gelombang.kit.errors import Refusal
from gelombang.kit.ids import uuid7
from gelombang.kit.phone import normalise_phone
from gelombang.kit.words import Text

DocumentT = TypeVar("DocumentT")
_KEY = re.compile(r"[A-Za-z0-9._:+/=@~-]{16,64}")


class KeyMissing(Refusal):
    """A machine sent no Idempotency-Key, so that a lost answer could not be repeated safely."""

    status: ClassVar[int] = 400
    sentence: ClassVar[Text] = Text(
        id="Sertakan kepala Idempotency-Key, 16 sampai 64 huruf, satu untuk setiap kiriman.",
        en="Send an Idempotency-Key header of 16 to 64 characters, one for each submission.",
    )


class KeyMalformed(Refusal):
    """The Idempotency-Key is too short, too long, or sent twice."""

    sentence: ClassVar[Text] = Text(
        id="Idempotency-Key terdiri dari 16 sampai 64 huruf, angka, atau tanda . _ : + / = @ ~ -",
        en="An Idempotency-Key has 16 to 64 letters, digits or marks . _ : + / = @ ~ -",
    )


class KeyReused(Refusal):
    """The key was used before, with another body."""

    sentence: ClassVar[Text] = Text(
        id="Kunci ini sudah dipakai untuk kiriman lain. Pakai kunci baru untuk kiriman baru.",
        en="This key was used for another submission. Use a new key for a new submission.",
    )


class FormAlreadySent(Refusal):
    """The form's nonce was used before, with other answers: it comes back with a fresh one."""

    sentence: ClassVar[Text] = Text(
        id="Formulir ini sudah pernah dikirim dengan isian lain. Periksa isian Anda, lalu kirim.",
        en="This form was sent before with other answers. Check your answers, then send it.",
    )


class PlaceAlreadyUsed(Refusal):
    """The form's ticket or proof was spent with another form: it comes back with fresh ones."""

    sentence: ClassVar[Text] = Text(
        id="Formulir ini sudah pernah dipakai. Periksa isian Anda, lalu kirim sekali lagi.",
        en="This form was used before. Check your answers, then send it once more.",
    )


class ProofSpent(Refusal):
    """The proof of work or the ticket was spent with another key."""

    status: ClassVar[int] = 428
    sentence: ClassVar[Text] = Text(
        id="Bukti kerja atau tiket ini sudah dipakai. Selesaikan tantangan baru, lalu kirim lagi.",
        en="This proof of work or ticket was spent. Solve a new challenge and send again.",
    )


class BodyMalformed(Refusal):
    """The JSON document is garbled or is not of the agreed shape."""

    sentence: ClassVar[Text] = Text(
        id='Kirim dokumen JSON seperti {{"email": "nama@contoh.id", "phone": "0812…"}}. {why}',
        en='Send a JSON document like {{"email": "name@example.id", "phone": "0812…"}}. {why}',
    )


class JsonRegistration(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The body of `POST /api/v1/registrations`; the proof of work, and a ticket after waiting."""

    email: str
    phone: str | None = None
    altcha: str | None = None
    ticket: str | None = None


class JsonEntry(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The body of `POST /api/v1/waves/<wave>/entries`: the door pass stands for a proof of work."""

    ticket: str | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """What somebody typed, normalised."""

    email: str
    phone: str | None

    @property
    def email_for_index(self) -> str:
        """What two spellings of one address share."""
        return email_for_comparison(self.email)


def check_registration(*, email: str, phone: str | None) -> Checked | tuple[Refusal, ...]:
    """The normalised answers, or every refusal in the order of the form; a phone may be empty."""
    refusals: list[Refusal] = []
    normal_email, normal_phone = "", None
    try:
        normal_email = normalise_email(email)
    except Refusal as refusal:
        refusals.append(refusal)
    try:
        normal_phone = normalise_phone(phone) if phone and phone.strip() else None
    except Refusal as refusal:
        refusals.append(refusal)
    return tuple(refusals) or Checked(normal_email, normal_phone)


def check_key(header: str | None) -> str:
    """The idempotency key of a header, bare or as a quoted string of structured fields.

    Raises KeyMissing or KeyMalformed.
    """
    if header is None or not header.strip():
        raise KeyMissing
    key = header.strip()
    if len(key) > 1 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if not _KEY.fullmatch(key):
        raise KeyMalformed
    return key


def check_nonce(typed: str) -> str | None:
    """The nonce of one of our forms (a UUID of version 7), None where it is not one."""
    try:
        nonce = UUID(typed)
    except ValueError:
        return None
    return str(nonce) if nonce.version == 7 else None  # noqa: PLR2004 - RFC 9562


def fresh_nonce() -> str:
    """The nonce of a new form: time-ordered, so that its index grows at the right edge."""
    return str(uuid7())


def read_json_registration(body: bytes) -> JsonRegistration:
    """The JSON document. Raises BodyMalformed, which never repeats a value."""
    return _read(body, JsonRegistration)


def read_json_entry(body: bytes) -> JsonEntry:
    """The JSON document; an empty body is an empty document. Raises BodyMalformed."""
    return _read(body or b"{}", JsonEntry)


def _read(body: bytes, shape: type[DocumentT]) -> DocumentT:
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.ValidationError as fault:
        # Its text names the place and the expected type, never what was sent.
        raise BodyMalformed(why=str(fault)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise BodyMalformed(why="") from None
