"""What the civil registry's answer means to whoever it is about, in words, and what to do."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from gelombang.journey.verification.queries import IdentityView


@dataclass(frozen=True, slots=True)
class Refutation:
    """The page's heading, what the registry said, and the first thing to try."""

    heading: str
    words: str
    advice: str


def refutation_of(found: IdentityView) -> Refutation:
    """What a refuted statement met: elements that differ, or a word about the NIK as a whole."""
    if found.problem_elements:
        return Refutation(_("Data Anda belum cocok dengan Dukcapil"), _("Bagian yang berbeda:"), "")
    by_code = {
        "11": _deceased,
        "12": _duplicate,
        "13": _not_found,
        "14": _inactive,
        "15": _not_of_the_form,
    }
    return by_code.get(found.problem_code, _by_people)()


def _needs_mending() -> str:
    return _("Catatan Dukcapil tentang NIK ini perlu dibetulkan")


def _not_known() -> str:
    return _("Dukcapil tidak menemukan NIK ini")


def _deceased() -> Refutation:
    return Refutation(
        _needs_mending(),
        _("Dukcapil mencatat pemilik NIK ini sudah meninggal dunia."),
        _(
            "Bila ini NIK Anda sendiri, catatan itu keliru dan dapat dibetulkan di kantor "
            "Dukcapil. Kami mohon maaf bila kabar ini mengejutkan. Bila NIK salah ketik, "
            "perbaiki isian Anda."
        ),
    )


def _duplicate() -> Refutation:
    return Refutation(
        _needs_mending(),
        _("Dukcapil menemukan NIK ini, tetapi datanya tercatat ganda."),
        _(
            "Ini bukan kesalahan isian Anda. Kantor Dukcapil perlu memastikan data mana yang "
            "berlaku; minta mereka menyelesaikan data gandanya."
        ),
    )


def _not_found() -> Refutation:
    return Refutation(
        _not_known(),
        _(
            "NIK ini tidak ada dalam data kependudukan Dukcapil. Mungkin ada angka yang salah "
            "ketik."
        ),
        _("Cocokkan ke-16 angkanya dengan KTP. Bila sama, tanyakan NIK Anda di kantor Dukcapil."),
    )


def _inactive() -> Refutation:
    return Refutation(
        _needs_mending(),
        _("Dukcapil menemukan NIK ini, tetapi statusnya tidak aktif."),
        _("Kantor Dukcapil dapat mengaktifkannya lagi. Isian Anda tidak perlu diubah."),
    )


def _not_of_the_form() -> Refutation:
    return Refutation(
        _not_known(),
        _("Susunan angka NIK ini tidak sesuai dengan NIK yang diterbitkan Dukcapil."),
        _(
            "Biasanya ada angka yang salah ketik atau tertukar. Cocokkan ke-16 angkanya dengan "
            "KTP, lalu perbaiki isian Anda."
        ),
    )


def _by_people() -> Refutation:
    """No code and no element: people decided who a disputed NIK belongs to."""
    return Refutation(
        _("Data Anda belum dapat dipastikan"),
        _("NIK ini belum dapat dipastikan sebagai NIK Anda."),
        _("Periksa isian Anda. Bila sudah sama dengan KTP, minta bantuan kami."),
    )
