"""What the desk says about batches, payouts and what holds payments up. Tones colour a tag."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import gettext as _

from gelombang.journey.disbursement.paying import STRANGE, Reason
from gelombang.journey.disbursement.rules import BatchState, HeldReason, PayoutState
from gelombang.web.authority import FINANCE_CHECKER, FINANCE_MAKER, FINANCE_RELEASER


class Said(NamedTuple):
    """A state in words, and the tone of its tag: "", go, good, warn or bad."""

    words: str
    tone: str = ""


class Held(NamedTuple):
    """Why a payment does not go on, and what it waits for."""

    words: str
    waits_for: str


def batch_state(state: str) -> Said:
    """Where a batch stands."""
    said = {
        BatchState.PREPARED: Said(_("Menunggu pemeriksa"), "warn"),
        BatchState.APPROVED: Said(_("Menunggu pencair"), "warn"),
        BatchState.RELEASED: Said(_("Sedang dibayarkan"), "go"),
        BatchState.FINISHED: Said(_("Selesai"), "good"),
        BatchState.STOPPED: Said(_("Dihentikan"), "bad"),
    }
    return said[BatchState(state)]


def payout_state(state: str) -> Said:
    """Where one payout stands."""
    said = {
        PayoutState.PREPARED: Said(_("Menunggu pemeriksa")),
        PayoutState.APPROVED: Said(_("Menunggu pencair")),
        PayoutState.RELEASED: Said(_("Siap dikirim"), "go"),
        PayoutState.SENT: Said(_("Dikirim ke mitra"), "go"),
        PayoutState.PAID: Said(_("Diterima"), "good"),
        PayoutState.FAILED: Said(_("Ditolak mitra"), "bad"),
        PayoutState.UNKNOWN: Said(_("Belum pasti"), "warn"),
        PayoutState.STOPPED: Said(_("Ditarik kembali")),
        PayoutState.RETURNED: Said(_("Dikembalikan mitra"), "bad"),
    }
    return said[PayoutState(state)]


def payout_reason(reason: str) -> str:
    """Why a payout was refused, or what is strange about it; empty where there is nothing to say.

    A reason that this page does not know yet is shown as its code.
    """
    said: dict[str, str] = {
        "": "",
        Reason.ACCOUNT: _("Mitra tidak mau membayar ke akun ini."),
        Reason.LIMIT: _("Akun ini tidak dapat menerima sebanyak itu."),
        Reason.OTHER: _("Mitra menolak tanpa sebab yang kami kenal."),
        Reason.STOPPED: _("Batch dihentikan, dan mitra pasti tidak membayarkannya."),
        Reason.SUPERSEDED: _("Percobaan sebelumnya ternyata sudah sampai."),
        Reason.AMOUNT_DIFFERS: _("Mitra menyebut jumlah lain. Tidak ada yang dibukukan."),
        Reason.PAID_TWICE: _("Dilaporkan sampai, padahal percobaan baru sudah berangkat."),
        Reason.OLDER_PAID: _("Percobaan sebelumnya dilaporkan sampai. Yang ini tidak diulang."),
        Reason.FORFEITED: _("Dilaporkan sampai sesudah bantuannya berakhir."),
        Reason.FLOAT_TOO_LOW: _("Dilaporkan sampai, tetapi dana di mitra tidak cukup."),
        Reason.SAID_PAID: _("Dilaporkan sampai sesudah ditolak, dan belum dibukukan."),
        Reason.ASKED: _("Ditanyakan lagi ke mitra oleh petugas."),
        Reason.ACCOUNT_REPLACED: _("Orangnya sudah mengganti akun sebelum pembayaran berangkat."),
        Reason.AWARD_ENDED: _("Bantuannya berakhir sebelum pembayaran berangkat."),
        Reason.CERTIFICATE_REVOKED: _("Sertifikatnya dicabut sebelum pembayaran berangkat."),
    }
    return said.get(reason, reason)


def advice(reason: str) -> str:
    """What a person may do about a doubtful payout that is not enquired about by itself."""
    said: dict[str, str] = {
        Reason.AMOUNT_DIFFERS: _("Tanyakan jumlahnya kepada mitra, lalu tanyakan lagi di sini."),
        Reason.PAID_TWICE: _("Minta mitra mengembalikan salah satu. Jangan buat pembayaran baru."),
        Reason.OLDER_PAID: _("Periksa percobaan sebelumnya dahulu."),
        Reason.FORFEITED: _("Orang ini tidak berhak lagi. Minta mitra mengembalikannya."),
        Reason.FLOAT_TOO_LOW: _("Tambah dana di mitra, lalu tanyakan lagi di sini."),
    }
    return said.get(reason, _("Tanyakan lagi di sini, atau tunggu rekening koran mitra."))


def held(reason: str) -> Held:
    """What stands between people and their payments; an unknown reason is shown as its code."""
    said: dict[str, Held] = {
        HeldReason.NO_ACCOUNT: Held(
            _("Belum ada akun pembayaran"), _("orangnya menghubungkan akun")
        ),
        HeldReason.COOLING: Held(
            _("Akun baru diganti"), _("masa tunggu 72 jam selesai, tanpa petugas")
        ),
        HeldReason.ACCOUNT_REFUSED: Held(
            _("Akun ditolak mitra"), _("orangnya menghubungkan akun lain")
        ),
        HeldReason.LIMIT: Held(
            _("Akun penuh bulan ini"), _("bulan berikutnya, atau orangnya menghubungkan akun lain")
        ),
        HeldReason.CERTIFICATE_REVOKED: Held(
            _("Sertifikat dicabut"), _("sertifikat lain yang sah dan diulas")
        ),
        HeldReason.AWARD_ENDED: Held(_("Bantuan berakhir"), _("keputusan petugas program")),
        HeldReason.UNCOVERED: Held(
            _("Buku besar tidak menutupnya"), _("petugas memeriksa buku besar")
        ),
    }
    return said.get(reason, Held(reason, _("petugas memeriksa")))


def duty(group: str) -> str:
    """An office of the money desk by its work."""
    said = {
        FINANCE_MAKER: _("pembuat batch"),
        FINANCE_CHECKER: _("pemeriksa batch"),
        FINANCE_RELEASER: _("pencair batch"),
    }
    return said[group]


def is_strange(reason: str) -> bool:
    """Whether a person must look at a payout with this reason."""
    return reason in STRANGE
