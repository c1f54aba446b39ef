"""The copy of what somebody agreed to: the words, the instant, and where it is seen again."""

from datetime import datetime
from uuid import UUID

from gelombang.kit.instants import show_instant
from gelombang.kit.sealing import Keyring
from gelombang.kit.words import Text
from gelombang.records.notices import actions as notices
from gelombang.records.notices.rules import Owed, seal_letter
from gelombang.records.people import queries as people
from gelombang.records.people.consent_texts import words_of
from gelombang.records.people.rules import Purpose

_SUBJECT = Text(id="Salinan persetujuan Anda", en="A copy of your consent")
_BODY = Text(
    id=(
        "Halo,\n\n"
        "Pada {at} Anda menyetujui:\n\n"
        "“{words}”\n\n"
        "Versi teks: {version}\n\n"
        "Anda dapat melihatnya lagi, dan membaca cara menariknya, di {address}\n\n"
        "Anda tidak merasa menyetujuinya? Hubungi kami lewat {help}\n"
    ),
    en=(
        "Hello,\n\n"
        "At {at} you agreed to this:\n\n"
        "“{words}”\n\n"
        "Version of the text: {version}\n\n"
        "You can see it again, and read how to withdraw it, at {address}\n\n"
        "You did not agree to this? Contact us at {help}\n"
    ),
)


def owe_copy(
    *,
    person_id: UUID,
    purpose: Purpose,
    version: str,
    keyring: Keyring,
    base_url: str,
    now: datetime,
    real_now: datetime,
) -> bool:
    """Owe somebody the copy of what they have just agreed to: once for every version.

    False where it was sent before, or nobody can be reached. Raises TransactionMissing outside a
    transaction.
    """
    contact = people.contacts(person_ids=[person_id]).get(person_id)
    if contact is None:
        return False
    at, words = show_instant(now), words_of(purpose, version)
    body = _BODY.fill_from(
        at=at,
        words=words,
        version=_same(version),
        address=_same(f"{base_url}/saya/persetujuan"),
        help=_same(f"{base_url}/bantuan"),
    )
    letter = seal_letter(
        keyring, _SUBJECT.in_language(contact.language), body.in_language(contact.language)
    )
    owed = Owed(
        key=f"registration.consent:{person_id}:{version}",
        person_id=person_id,
        kind="registration.consent",
        address_sealed=contact.address_sealed,
        language=contact.language,
        letter_sealed=letter,
    )
    return bool(notices.owe(notices=[owed], now=now, real_now=real_now))


def _same(text: str) -> Text:
    return Text(id=text, en=text)
