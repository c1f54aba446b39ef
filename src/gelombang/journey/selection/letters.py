"""The letters that this step owes: results to people, digests to witnesses."""

from collections.abc import Sequence

from gelombang.kit.money import show_count, show_idr
from gelombang.kit.words import Language, Text

SUBJECTS = {
    "selected": Text(id="Anda terpilih: {wave}", en="You were selected: {wave}"),
    "waiting": Text(id="Belum terpilih: {wave}", en="Not selected yet: {wave}"),
    "ineligible": Text(id="Tidak ikut undian: {wave}", en="Not in the draw: {wave}"),
    "withheld": Text(id="Manfaat tidak dapat diberikan: {wave}", en="No second benefit: {wave}"),
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


def to_witness(*, wave: str, commitment: str, beacon_at: str, draw: str) -> Letter:
    """The commitment as it is published, for somebody outside to keep."""
    return (
        WITNESS_SUBJECT.format(wave=wave),
        WITNESS_BODY.format(wave=wave, commitment=commitment, beacon_at=beacon_at, draw=draw),
    )


def _listed(reasons: Sequence[Text], language: Language) -> str:
    return "\n".join(f"- {reason.in_language(language)}" for reason in reasons)


def _letter(kind: str, body: Text, language: Language, **slots: str) -> Letter:
    subject = SUBJECTS[kind].in_language(language).format(wave=slots["wave"])
    return subject, body.in_language(language).format(**slots)
