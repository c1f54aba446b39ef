"""The letters that this step owes: results to people, digests to witnesses."""

from collections.abc import Sequence
from datetime import datetime

from gelombang.kit.clock import WIB
from gelombang.kit.instants import show_date, show_instant
from gelombang.kit.money import show_count, show_idr
from gelombang.kit.words import Language, Text

SUBJECTS = {
    "selected": Text(id="Anda terpilih: {wave}", en="You were selected: {wave}"),
    "waiting": Text(id="Belum terpilih: {wave}", en="Not selected yet: {wave}"),
    "ineligible": Text(id="Tidak ikut undian: {wave}", en="Not in the draw: {wave}"),
    "withheld": Text(id="Manfaat tidak dapat diberikan: {wave}", en="No second benefit: {wave}"),
    "reminder": Text(
        id="Beli pelatihan pertama sebelum {day}", en="Buy your first course before {day}"
    ),
    "lapsed": Text(id="Bantuan Anda berakhir: {wave}", en="Your award has ended: {wave}"),
    "expired": Text(id="Saldo pelatihan berakhir: {wave}", en="Training balance expired: {wave}"),
}
SELECTED = Text(
    id="""Selamat, Anda terpilih dalam {wave}.

Tiket Anda: {ticket}
Manfaat Anda seluruhnya: {amount}

Langkah berikutnya ada di halaman Anda:
{result}
""",
    en="""You were selected in {wave}.

Your ticket: {ticket}
Your whole benefit: {amount}

Your next steps are on your page:
{result}
""",
)
WAITING = Text(
    id="""Anda belum terpilih dalam {wave}.

Tiket Anda: {ticket}
Urutan tunggu Anda: {rank}

Undian tidak menilai Anda: tempat lebih sedikit daripada peserta. Bila ada tempat kembali, tempat
itu diberikan menurut urutan tunggu. Anda juga dapat mengikuti gelombang berikutnya.

Hasil Anda: {result}
Periksa undian sendiri: {draw}
""",
    en="""You were not selected in {wave} this time.

Your ticket: {ticket}
Your place in the waiting order: {rank}

The draw does not judge you: there were fewer places than people. Places that return are offered in
the waiting order. You can also join the next wave.

Your result: {result}
Check the draw yourself: {draw}
""",
)
INELIGIBLE = Text(
    id="""Anda tidak dapat ikut undian {wave}.

Tiket Anda: {ticket}

{reasons}

Bila data itu tidak benar, Anda dapat mengajukan keberatan. Caranya ada di:
{help}

Hasil Anda: {result}
""",
    en="""You could not take part in the draw of {wave}.

Your ticket: {ticket}

{reasons}

If that is wrong, you can object. How to do so:
{help}

Your result: {result}
""",
)
WITHHELD = Text(
    id="""Tiket Anda {ticket} terpilih dalam {wave}, tetapi manfaatnya tidak dapat diberikan.

{reasons}

Bila data itu tidak benar, Anda dapat mengajukan keberatan. Caranya ada di:
{help}
""",
    en="""Your ticket {ticket} was selected in {wave}, but the benefit cannot be given.

{reasons}

If that is wrong, you can object. How to do so:
{help}
""",
)
REMINDER = Text(
    id="""Anda belum membeli pelatihan pertama dengan bantuan dari {wave}.

Tiket Anda: {ticket}
Batas waktu: {deadline}

Sesudah saat itu bantuan Anda berakhir dan seluruhnya kembali ke program. Terima bantuan itu bila
belum, lalu pilih pelatihan:
{page}
""",
    en="""You have not bought your first course with the award of {wave} yet.

Your ticket: {ticket}
Deadline: {deadline}

After it your award ends and all of it goes back to the programme. Accept it if you have not yet,
then choose a course:
{page}
""",
)
LAPSED = Text(
    id="""Bantuan Anda dari {wave} berakhir: sampai {deadline} tidak ada pelatihan yang dibeli.

Tiket Anda: {ticket}

Dana bantuan itu kembali ke program. {consequence}

Keterangan dan cara mengajukan keberatan:
{page}
""",
    en="""Your award of {wave} has ended: no course was bought by {deadline}.

Your ticket: {ticket}

Its money goes back to the programme. {consequence}

What happened and how to object:
{page}
""",
)
BARRED = Text(
    id="Menurut aturan program, Anda tidak dapat mengikuti undian lagi.",
    en="By the programme's rules you cannot take part in a draw again.",
)
FREE = Text(
    id="Anda dapat mengikuti gelombang berikutnya.", en="You can take part in a later wave."
)
EXPIRED = Text(
    id="""Sisa saldo pelatihan Anda dari {wave} berakhir pada {deadline}.

Tiket Anda: {ticket}
Sisa yang kembali ke program: {amount}

Pelatihan yang sudah Anda beli dan insentif Anda tidak berubah:
{page}
""",
    en="""What was left of your training balance of {wave} expired at {deadline}.

Your ticket: {ticket}
Went back to the programme: {amount}

Courses that you bought and your incentives do not change:
{page}
""",
)
WITNESS_SUBJECT = "Komitmen undian / Draw commitment: {wave}"
WITNESS_BODY = """Anda dicatat sebagai saksi undian {wave}. Simpan surat ini.
You are a witness of the draw of {wave}. Please keep this letter.

{commitment}
Putaran ini ada sejak / The round exists from: {beacon_at}
Berkas / Files: {draw}
"""

Letter = tuple[str, str]  # subject and body


def selected(*, language: Language, wave: str, ticket: str, amount: int, result: str) -> Letter:
    """To somebody who has a place: the whole benefit in rupiah, and where to go on."""
    return _letter("selected", SELECTED, language, wave=wave, ticket=ticket,
                   amount=show_idr(amount), result=result)  # fmt: skip


def waiting(
    *, language: Language, wave: str, ticket: str, rank: int, result: str, draw: str
) -> Letter:
    """To somebody without a place: the rank in the waiting order, and how to check."""
    return _letter("waiting", WAITING, language, wave=wave, ticket=ticket,
                   rank=show_count(rank, language), result=result, draw=draw)  # fmt: skip


def ineligible(
    *,
    language: Language,
    wave: str,
    ticket: str,
    reasons: Sequence[Text],
    result: str,
    help_page: str,
) -> Letter:
    """To somebody whom rules refused: each reason, and how to object."""
    return _letter("ineligible", INELIGIBLE, language, wave=wave, ticket=ticket,
                   reasons=_listed(reasons, language), result=result, help=help_page)  # fmt: skip


def withheld(
    *, language: Language, wave: str, ticket: str, reasons: Sequence[Text], help_page: str
) -> Letter:
    """To a winner who turned out to be served already."""
    return _letter("withheld", WITHHELD, language, wave=wave, ticket=ticket,
                   reasons=_listed(reasons, language), help=help_page)  # fmt: skip


def reminder(
    *, language: Language, wave: str, ticket: str, purchase_by: datetime, page: str
) -> Letter:
    """To who has bought no course a week before the deadline."""
    day = show_date(purchase_by.astimezone(WIB).date()).in_language(language)
    return _letter("reminder", REMINDER, language, wave=wave, ticket=ticket, day=day,
                   deadline=show_instant(purchase_by).in_language(language),
                   page=page)  # fmt: skip


def lapsed(
    *,
    language: Language,
    wave: str,
    ticket: str,
    purchase_by: datetime,
    is_barred: bool,
    page: str,
) -> Letter:
    """To who bought no course by the deadline: what that means, and how to object."""
    consequence = BARRED if is_barred else FREE
    return _letter("lapsed", LAPSED, language, wave=wave, ticket=ticket,
                   deadline=show_instant(purchase_by).in_language(language),
                   consequence=consequence.in_language(language), page=page)  # fmt: skip


def expired(
    *, language: Language, wave: str, ticket: str, amount: int, spend_by: datetime, page: str
) -> Letter:
    """To who had some of the balance left when it expired: how many rupiah."""
    return _letter("expired", EXPIRED, language, wave=wave, ticket=ticket,
                   amount=show_idr(amount), deadline=show_instant(spend_by).in_language(language),
                   page=page)  # fmt: skip


def to_witness(*, wave: str, commitment: str, beacon_at: str, draw: str) -> Letter:
    """The commitment as it is published, for somebody outside to keep."""
    return (
        WITNESS_SUBJECT.format(wave=wave),
        WITNESS_BODY.format(wave=wave, commitment=commitment, beacon_at=beacon_at, draw=draw),
    )


def _listed(reasons: Sequence[Text], language: Language) -> str:
    return "\n".join(f"- {reason.in_language(language)}" for reason in reasons)


def _letter(kind: str, body: Text, language: Language, **slots: str) -> Letter:
    subject = SUBJECTS[kind].in_language(language).format(**slots)
    return subject, body.in_language(language).format(**slots)
