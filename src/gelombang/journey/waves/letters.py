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


CARRIED_SUBJECT = Text(
    id="Pemeriksaan Anda belum selesai: keikutsertaan Anda kami teruskan",
    en="Your check is not finished: we carry you over",
)
CARRIED_BODY = Text(
    id="""Daftar peserta {wave} sudah disusun, dan jawaban mitra data tentang Anda belum datang.
Itu bukan kesalahan Anda, dan Anda tidak ditolak.

Keikutsertaan Anda kami teruskan ke gelombang berikutnya{opening}. Anda tidak perlu bergabung lagi.
Tiket {ticket} tidak ikut diundi di {wave}; tiket baru kami kirim begitu gelombang berikutnya
dibuka.

Lihat status Anda:
{link}
""",
    en="""The list of {wave} has been drawn up, and the data owners have not answered about you
yet. That is no fault of yours, and you are not refused.

We carry you over into the next wave{opening}. You need not join again. Ticket {ticket} does not
take part in the draw of {wave}; we send a new ticket when the next wave opens.

See where you stand:
{link}
""",
)
OPENING = Text(id=" (dibuka {at})", en=" (it opens on {at})")
CONTINUED_BODY = Text(
    id="""Keikutsertaan Anda dari {former} sudah kami teruskan: Anda mengikuti {wave}.

Tiket Anda yang baru: {ticket}

Simpan tiket ini. Dengan tiket ini Anda dapat menemukan diri Anda dalam daftar undian yang
diumumkan. Anda dapat membatalkan keikutsertaan sampai gelombang ditutup:
{link}
""",
    en="""We have carried you over from {former}: you are in {wave}.

Your new ticket: {ticket}

Keep this ticket. With it you can find yourself in the published list of the draw. You can withdraw
until the wave closes:
{link}
""",
)


def carried(
    *, language: Language, wave: str, ticket: str, opens_at: datetime | None, link: str
) -> tuple[str, str]:
    """For somebody whom a registry had not answered about at the freeze of a wave."""
    opening = ""
    if opens_at is not None:
        at = show_instant(opens_at).in_language(language)
        opening = OPENING.in_language(language).format(at=at)
    body = CARRIED_BODY.in_language(language)
    return (
        CARRIED_SUBJECT.in_language(language),
        body.format(wave=wave, ticket=ticket, opening=opening, link=link),
    )


def continued(
    *, language: Language, former: str, wave: str, ticket: str, link: str
) -> tuple[str, str]:
    """For somebody who was carried into a wave that is open now, with the new ticket (draw.md)."""
    subject, body = (text.in_language(language) for text in (JOINED_SUBJECT, CONTINUED_BODY))
    return (
        subject.format(wave=wave, ticket=ticket),
        body.format(former=former, wave=wave, ticket=ticket, link=link),
    )


def wave_name(number: int, language: Language) -> str:
    """`Gelombang 1` or `wave 1`."""
    return f"wave {number}" if language == "en" else f"Gelombang {number}"
