"""The one thing that a person can do now, or what they wait for, in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from gelombang.journey.selection.rules import AwardState
from gelombang.web.participants import wording
from gelombang.web.participants.benefit import Benefit, Stage
from gelombang.web.participants.progress import Standing
from gelombang.web.public.templatetags.words import last_day, local_day, rupiah


@dataclass(frozen=True, slots=True)
class NextStep:
    """The one thing that a person can do now, or what they wait for; without an address: wait."""

    words: str
    button: str = ""
    href: str = ""


def next_step(found: Standing) -> NextStep:
    """What the person should do now."""
    if found.benefit is not None and not found.starts_over:
        return of_benefit(found.benefit)
    return _after_result(found) if found.result is not None else _until_joined(found)


def _until_joined(found: Standing) -> NextStep:
    if not found.registration.email_confirmed_at:
        return NextStep(_("Buka tautan di surel yang kami kirim untuk mengonfirmasi alamat Anda."))
    if found.identity_stage == "none":
        words = _("Isi identitas Anda. Siapkan KTP dan Kartu Keluarga. Sekitar 4 menit.")
        return NextStep(words, _("Isi identitas"), "/saya/identitas")
    if found.identity_stage == "refuted":
        words = _("Dukcapil belum membenarkan data Anda. Lihat sebabnya dan jalan keluarnya.")
        return NextStep(words, _("Lihat dan perbaiki"), "/saya/identitas")
    if found.identity_stage == "checked":
        words = _("Tidak ada yang perlu Anda lakukan. Kami memberi kabar lewat surel.")
        return joining_while_checked(found) or NextStep(words)
    return _after_identity(found)


def joining_while_checked(found: Standing) -> NextStep | None:
    """What the open wave means to somebody who is being checked, where the programme takes them.

    None where there is nothing to join yet, or only after the check.
    """
    if found.wave is None or not found.joins_pending or not (found.is_in or found.is_open):
        return None
    slots = {"wave": found.wave.name}
    if found.is_carried:
        words = _(
            "Data Anda masih diperiksa. Keikutsertaan Anda di %(wave)s diteruskan ke gelombang "
            "berikutnya; Anda tidak perlu bergabung lagi."
        )
        return NextStep(words % slots)
    if found.is_in:
        words = _(
            "Anda sudah bergabung ke %(wave)s dan data Anda masih diperiksa. Bila pemeriksaan "
            "belum selesai saat daftar peserta disusun, Anda diteruskan ke gelombang berikutnya, "
            "bukan ditolak."
        )
        return NextStep(words % slots)
    words = _(
        "Anda sudah bisa bergabung ke %(wave)s. Pemeriksaan data Anda tetap berjalan; bila belum "
        "selesai saat daftar peserta disusun, Anda diteruskan ke gelombang berikutnya, bukan "
        "ditolak."
    )
    return NextStep(words % slots, _("Bergabung ke %(wave)s") % slots, f"/gabung/{found.wave.id}")


def _after_identity(found: Standing) -> NextStep:
    if found.wave is not None and found.is_in:
        words = _("Anda sudah bergabung ke %(wave)s. Hasil undian kami kirim lewat surel.")
        return NextStep(words % {"wave": found.wave.name})
    if found.wave is not None and found.is_open:
        words = _("%(wave)s sedang dibuka. Bergabunglah sebelum ditutup.")
        button = _("Bergabung ke %(wave)s")
        slots = {"wave": found.wave.name}
        return NextStep(words % slots, button % slots, f"/gabung/{found.wave.id}")
    if found.next_wave is not None and found.gives_places:
        words = _("%(wave)s sebentar lagi dibuka. Anda boleh mengambil tempat antrean sekarang.")
        slots = {"wave": found.next_wave.name}
        return NextStep(words % slots, _("Ke %(wave)s") % slots, f"/gabung/{found.next_wave.id}")
    if found.next_wave is not None:
        words = _("Tunggu %(wave)s dibuka. Tanggalnya ada di halaman jadwal.")
        return NextStep(words % {"wave": found.next_wave.name}, _("Lihat jadwal"), "/jadwal")
    return NextStep(_("Belum ada gelombang yang dibuka. Lihat jadwal dari waktu ke waktu."))


def _after_result(found: Standing) -> NextStep:
    href = f"/saya/hasil/{found.wave.id}" if found.wave else "/saya"
    return NextStep(_("Hasil undian Anda sudah ada."), _("Lihat hasil"), href)


def of_benefit(found: Benefit) -> NextStep:
    """The next step of somebody with an award, from taking it up to the last rupiah."""
    return _STEPS[found.stage](found)


def _accept(found: Benefit) -> NextStep:
    words = _("Selamat, Anda terpilih. Terima bantuan Anda, lalu pilih pelatihan.")
    if found.award.purchase_by is not None:
        words = _("Selamat, Anda terpilih. Terima bantuan dan beli pelatihan paling lambat %(at)s.")
        words = words % {"at": last_day(found.award.purchase_by)}
    return NextStep(words, _("Lihat bantuan saya"), "/saya/bantuan")


def _ended(found: Benefit) -> NextStep:
    words = {
        AwardState.DECLINED: _(
            "Anda tidak mengambil bantuan ini. Tidak ada lagi yang perlu diisi."
        ),
        AwardState.LAPSED: _("Bantuan Anda berakhir karena tidak dipakai sampai batas waktunya."),
    }.get(
        AwardState(found.award.state),
        _("Bantuan Anda dihentikan. Alasannya ada di halaman bantuan."),
    )
    return NextStep(words, _("Lihat penjelasannya"), "/saya/bantuan")


def _buy(found: Benefit) -> NextStep:
    slots = {"balance": rupiah(found.balance), "at": last_day(found.award.purchase_by)}
    if found.certificates:
        words = _("Sertifikat Anda dicabut. Ikuti pelatihan lain agar insentif bisa dijadwalkan.")
    elif found.award.purchase_by is None or found.purchases:
        words = _("Pilih pelatihan. Saldo pelatihan Anda %(balance)s.")
    else:
        words = _("Pilih pelatihan pertama paling lambat %(at)s. Saldo Anda %(balance)s.")
    return NextStep(words % slots, _("Pilih pelatihan"), "/pelatihan")


def _redeem(found: Benefit) -> NextStep:
    purchase = found.unfinished
    if purchase is None:
        return _buy(found)
    words = _("Tukarkan kode pelatihan Anda di %(provider)s, lalu mulai belajar.")
    slots = {"provider": purchase.course.provider_name}
    return NextStep(words % slots, _("Lihat kode saya"), f"/saya/pelatihan/{purchase.id}")


def _learn(found: Benefit) -> NextStep:
    purchase = found.unfinished
    if purchase is None:
        return _buy(found)
    words = _("Ikuti pelatihan sampai selesai. Lembaga pelatihan melaporkan kehadiran Anda.")
    return NextStep(words, _("Lihat kemajuan saya"), f"/saya/pelatihan/{purchase.id}")


def _certificate(_found: Benefit) -> NextStep:
    return NextStep(
        _("Pelatihan Anda selesai. Sertifikat sedang dibuat dan kami kabarkan lewat surel.")
    )


def _review(found: Benefit) -> NextStep:
    certificate = found.to_review
    if certificate is None:
        return _certificate(found)
    words = _("Sertifikat Anda sudah ada. Beri ulasan: insentif dihitung sejak ulasan Anda.")
    return NextStep(words, _("Beri ulasan"), f"/saya/sertifikat/{certificate.number}/ulasan")


def _account(found: Benefit) -> NextStep:
    if found.question is not None and found.question.state == "refused":
        words = _("Akun yang Anda tulis belum bisa dipakai. Lihat alasannya dan perbaiki.")
        return NextStep(words, _("Lihat akun pembayaran"), "/saya/akun")
    words = _("Sambungkan dompet elektronik atau rekening Anda sendiri agar insentif bisa dikirim.")
    return NextStep(words, _("Sambungkan akun"), "/saya/akun")


def _account_checked(found: Benefit) -> NextStep:
    partner = wording.partner(found.question.partner) if found.question else ""
    words = _("%(partner)s sedang memeriksa akun Anda. Tidak ada yang perlu Anda lakukan.")
    return NextStep(words % {"partner": partner}, _("Lihat akun pembayaran"), "/saya/akun")


def _survey(_found: Benefit) -> NextStep:
    words = _("Isi survei singkat tentang pekerjaan Anda. Sesudah itu insentif survei dibayar.")
    return NextStep(words, _("Isi survei"), "/saya/survei")


def _repair(found: Benefit) -> NextStep:
    if found.stuck is None:
        return _money(found)
    told = wording.payment(found.stuck)
    return NextStep(f"{told.name}. {told.meaning}", _("Lihat pembayaran"), "/saya/pembayaran")


def _money(found: Benefit) -> NextStep:
    words, coming = _("Pembayaran Anda berjalan. Tidak ada yang perlu Anda lakukan."), ""
    if found.next_payment is not None:
        slots = {
            "name": wording.payment_name(found.next_payment),
            "amount": rupiah(found.next_payment.amount),
            "at": local_day(found.next_payment.due_at),
        }
        coming = _("Berikutnya: %(name)s, %(amount)s, mulai %(at)s.") % slots
    return NextStep(f"{words} {coming}".strip(), _("Lihat pembayaran"), "/saya/pembayaran")


def _done(_found: Benefit) -> NextStep:
    words = _("Semua pembayaran Anda sudah selesai. Terima kasih sudah belajar bersama kami.")
    return NextStep(words, _("Lihat pembayaran"), "/saya/pembayaran")


_STEPS = {
    Stage.ACCEPT: _accept,
    Stage.ENDED: _ended,
    Stage.BUY: _buy,
    Stage.REDEEM: _redeem,
    Stage.LEARN: _learn,
    Stage.CERTIFICATE: _certificate,
    Stage.REVIEW: _review,
    Stage.ACCOUNT: _account,
    Stage.ACCOUNT_CHECKED: _account_checked,
    Stage.REPAIR: _repair,
    Stage.SURVEY: _survey,
    Stage.MONEY: _money,
    Stage.DONE: _done,
}
