"""What codes of the second half mean to the person: states, reasons, partners, in words.

A state never stands alone: who reads that something waits also reads for what, and what to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from gelombang.journey.disbursement.queries import AccountView, PaymentView
from gelombang.journey.disbursement.rules import PARTNERS, InstalmentState
from gelombang.journey.learning.queries import PurchaseView
from gelombang.journey.learning.rules import BY_BUYER, NOT_PASSED, PurchaseState
from gelombang.kit.money import show_idr
from gelombang.kit.words import Text
from gelombang.records.ledger.queries import Movement
from gelombang.records.ledger.rules import TransferKind
from gelombang.records.programme.terms import Part
from gelombang.web import reading
from gelombang.web.participants.tones import Tone
from gelombang.web.public.templatetags.words import instant, local_day

WALLETS = ("gopay", "ovo", "linkaja")


@dataclass(frozen=True, slots=True)
class Told:
    """A state in words: its short name, what it means, what to do, and where."""

    name: str
    tone: Tone = ""
    meaning: str = ""
    todo: str = ""
    button: str = ""
    href: str = ""


def partner(code: str) -> str:
    """The name of a payment partner as people know it."""
    return PARTNERS.get(code, code)


def purchase(found: PurchaseView) -> Told:
    """Where a training stands."""
    return {
        PurchaseState.HELD: Told(_("Kode belum ditukarkan"), "go"),
        PurchaseState.REDEEMED: Told(_("Sedang diikuti"), "go"),
        PurchaseState.ATTENDING: Told(_("Sedang diikuti"), "go"),
        PurchaseState.COMPLETED: Told(_("Selesai"), "good"),
        PurchaseState.FAILED: Told(_("Tidak lulus, saldo kembali"), "warn"),
        PurchaseState.CANCELLED: Told(_("Dibatalkan, saldo kembali"), ""),
    }[PurchaseState(found.state)]


def part_name(kind: str) -> str:
    """A part of the benefit."""
    return {
        "training_aid": _("Saldo pelatihan"),
        "completion_incentive": _("Insentif sesudah pelatihan"),
        "survey_incentive": _("Insentif survei"),
    }.get(kind, kind)


def part_amount(part: Part) -> str:
    """How much a part is, and in how many payments."""
    if part.times == 1:
        return show_idr(part.total)
    words = _("%(total)s, dalam %(times)s pembayaran")
    return words % {"total": show_idr(part.total), "times": part.times}


def movement(found: Movement, courses: Mapping[str, Text]) -> str:
    """Why the training balance changed; `courses` are titles by the number of the purchase."""
    title = courses.get(found.reference.rpartition(":")[2])
    slots = {"course": title.in_language(reading.language()) if title else _("pelatihan")}
    return {
        TransferKind.GRANT: _("Bantuan diterima"),
        TransferKind.PURCHASE_HOLD: _("Membeli %(course)s") % slots,
        TransferKind.PURCHASE_VOID: _("Kembali dari %(course)s") % slots,
        TransferKind.FORFEIT: _("Sisa saldo kembali ke anggaran"),
    }.get(TransferKind(found.kind), found.kind)


def payment_name(found: PaymentView) -> str:
    """Which payment of the award this is."""
    if found.kind == "completion_incentive":
        words = _("Insentif pelatihan ke-%(n)s dari %(times)s")
    elif found.times > 1:
        words = _("Insentif survei ke-%(n)s dari %(times)s")
    else:
        words = _("Insentif survei")
    return words % {"n": found.number, "times": found.times}


def payment(found: PaymentView) -> Told:
    """How far a payment came: always why it waits, and what to do about it."""
    where = {"partner": partner(found.partner), "at": instant(found.paid_at)}
    if found.state == InstalmentState.HELD:
        return held(found)
    if found.state == InstalmentState.PLANNED:
        return _planned(found)
    return {
        InstalmentState.DUE: Told(
            _("Menunggu dikirim"),
            "go",
            _("Sudah waktunya. Kami mengirimnya bersama pembayaran lain."),
        ),
        InstalmentState.IN_PAYMENT: Told(
            _("Dikirim ke %(partner)s") % where,
            "go",
            _("Kami menunggu kepastian dari %(partner)s. Uang tidak dikirim dua kali.") % where,
        ),
        InstalmentState.PAID: Told(_("Diterima"), "good"),
        InstalmentState.FORFEITED: Told(
            _("Tidak jadi dibayar"), "", _("Bantuan Anda berakhir sebelum pembayaran ini.")
        ),
        InstalmentState.RECOVERING: Told(
            _("Diminta kembali"),
            "warn",
            _("Pembayaran ini keliru. Kami menghubungi Anda lewat surel."),
            _("Baca surel kami, lalu hubungi bantuan."),
            _("Lihat bantuan"),
            "/bantuan",
        ),
        InstalmentState.RECOVERED: Told(
            _("Dikembalikan"), "", _("Uang ini sudah kembali ke kas negara.")
        ),
    }[InstalmentState(found.state)]


def _planned(found: PaymentView) -> Told:
    if found.due_at is not None:
        return Told(
            _("Dijadwalkan"), "", _("Dibayar mulai %(at)s.") % {"at": local_day(found.due_at)}
        )
    if found.kind == "survey_incentive":
        return Told(
            _("Menunggu survei"),
            "warn",
            _("Dibayar sesudah Anda mengisi survei."),
            _("Isi survei singkat tentang pekerjaan Anda."),
            _("Isi survei"),
            "/saya/survei",
        )
    return Told(_("Dijadwalkan"), "", _("Tanggalnya ditetapkan sesudah syaratnya terpenuhi."))


def held(found: PaymentView) -> Told:
    """Why a payment is held back, and what helps."""
    linking = {
        "todo": _("Sambungkan akun atas nama Anda sendiri."),
        "button": _("Sambungkan akun"),
        "href": "/saya/akun",
    }
    changing = {
        "todo": _("Sambungkan akun lain atas nama Anda sendiri."),
        "button": _("Ganti akun"),
        "href": "/saya/akun",
    }
    help_ = {
        "todo": _("Hubungi bantuan bila ini tidak benar."),
        "button": _("Lihat bantuan"),
        "href": "/bantuan",
    }
    known = {
        "no_account": Told(
            _("Ditahan: belum ada akun"),
            "warn",
            _("Kami belum tahu ke mana uang ini dikirim."),
            **linking,
        ),
        "cooling": Told(
            _("Ditahan: akun baru diganti"),
            "warn",
            _on(found, _("Demi keamanan Anda, uang dikirim mulai %(at)s."))
            or _("Demi keamanan Anda, kami menunggu 3 hari sesudah akun diganti."),
        ),
        "account_refused": Told(
            _("Dikembalikan: akun menolak"),
            "bad",
            _("Akun Anda tidak bisa menerima uang ini, misalnya karena ditutup atau dibekukan."),
            **changing,
        ),
        "limit": Told(
            _("Dikembalikan: batas saldo penuh"),
            "bad",
            _on(found, _("Akun Anda sudah penuh bulan ini. Kami coba lagi %(at)s."))
            or _("Akun Anda sudah penuh bulan ini."),
            todo=_("Tidak ingin menunggu? Pakai akun lain atas nama Anda sendiri."),
            button=_("Ganti akun"),
            href="/saya/akun",
        ),
        "award_ended": Told(
            _("Ditahan: bantuan berakhir"),
            "bad",
            _("Bantuan Anda sudah berakhir atau dihentikan."),
            **help_,
        ),
        "certificate_revoked": Told(
            _("Ditahan: sertifikat dicabut"),
            "bad",
            _("Sertifikat yang menjadi dasarnya sudah dicabut."),
            **help_,
        ),
    }
    return known.get(
        found.held_reason,
        Told(
            _("Ditahan untuk diperiksa"),
            "warn",
            _("Petugas sedang memeriksa pembayaran ini."),
            **help_,
        ),
    )


def _on(found: PaymentView, words: str) -> str:
    """The words with the instant at which a held payment is looked at again; empty without one."""
    return words % {"at": instant(found.look_again_at)} if found.look_again_at else ""


def account_refusal(found: AccountView) -> Told:
    """Why an account was not linked, and what helps."""
    slots = {"partner": partner(found.partner)}
    known = {
        "name": Told(
            _("Nama pemilik akun berbeda"),
            "bad",
            _("Nama di %(partner)s tidak sama dengan nama Anda di Dukcapil.") % slots,
            _("Pakai akun atas nama Anda sendiri, atau perbarui nama di %(partner)s lebih dahulu.")
            % slots,
        ),
        "unknown_account": Told(
            _("Akun tidak ditemukan"),
            "bad",
            _("%(partner)s tidak mengenal nomor ini.") % slots,
            _("Periksa nomornya, lalu kirim lagi."),
        ),
        "inactive": Told(
            _("Akun tidak aktif"),
            "bad",
            _("%(partner)s mengenal nomor ini, tetapi akunnya tidak aktif.") % slots,
            _("Aktifkan akun itu di %(partner)s, atau pakai akun lain.") % slots,
        ),
        "taken": Told(
            _("Akun sudah dipakai orang lain"),
            "bad",
            _("Satu akun hanya untuk satu orang. Yang ini tersambung dengan peserta lain."),
            _("Pakai akun lain atas nama Anda sendiri."),
        ),
    }
    return known.get(
        found.reason,
        Told(
            _("Akun tidak bisa dipakai"),
            "bad",
            _("%(partner)s menyatakan akun ini tidak bisa menerima insentif.") % slots,
            _("Pakai akun lain atas nama Anda sendiri."),
        ),
    )


def end_reason(found: PurchaseView) -> str:
    """Why a training was given back; the office's own words where it called the class off."""
    known = {
        BY_BUYER: _("Anda membatalkannya sendiri."),
        NOT_PASSED: _("Lembaga pelatihan melaporkan bahwa Anda belum lulus."),
    }
    return known.get(found.end_reason, found.end_reason)
