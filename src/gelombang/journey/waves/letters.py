"""The letters that this step owes."""

from datetime import datetime

from gelombang.kit.instants import show_instant
from gelombang.kit.words import Language, Text

JOINED_SUBJECT = Text(
    id="Anda mengikuti {wave}: tiket {ticket}", en="You are in {wave}: ticket {ticket}"
)
JOINED_BODY = Text(
    id="""Anda sudah mengikuti {wave}.

Tiket Anda: {ticket}

Simpan tiket ini. Setelah gelombang ditutup{close}, peserta dipilih dengan undian yang dapat
diperiksa siapa pun; cepat atau lambat Anda bergabung tidak berpengaruh. Dengan tiket ini Anda dapat
menemukan diri Anda dalam daftar undian yang diumumkan.

Anda dapat membatalkan keikutsertaan sampai gelombang ditutup:
{link}
""",
    en="""You are in {wave}.

Your ticket: {ticket}

Keep this ticket. After the wave has closed{close}, people are chosen by a draw that anyone can
check; how early you joined makes no difference. With this ticket you can find yourself in the
published list of the draw.

You can withdraw until the wave closes:
{link}
""",
)
CLOSE = Text(id=" ({at})", en=" ({at})")


def joined(
    *, language: Language, wave: str, ticket: str, closes_at: datetime | None, link: str
) -> tuple[str, str]:
    """Subject and body for somebody who has entered a wave, with the ticket (draw.md)."""
    close = ""
    if closes_at is not None:
        close = CLOSE.in_language(language).format(at=show_instant(closes_at).in_language(language))
    subject, body = (text.in_language(language) for text in (JOINED_SUBJECT, JOINED_BODY))
    return (
        subject.format(wave=wave, ticket=ticket),
        body.format(wave=wave, ticket=ticket, close=close, link=link),
    )


def wave_name(number: int, language: Language) -> str:
    """`Gelombang 1` or `wave 1`."""
    return f"wave {number}" if language == "en" else f"Gelombang {number}"
