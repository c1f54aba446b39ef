"""What a wave waits for now, in words that an operator can act on."""

from __future__ import annotations

from django.utils.translation import gettext as _

from gelombang.journey.selection import queries as draws
from gelombang.journey.selection.queries import DrawView, FreezeWait
from gelombang.journey.selection.rules import LEAST_WITNESSES, DrawState
from gelombang.journey.waves.queries import WaveView
from gelombang.journey.waves.rules import WaveState
from gelombang.kit.instants import show_instant
from gelombang.kit.money import show_count
from gelombang.web import reading
from gelombang.web.reading import Instants


def waits_for(wave: WaveView, draw: DrawView | None, *, clocks: Instants, witnesses: int) -> str:
    """One sentence; empty when nothing is waited for but the operator's own decision.

    `witnesses` is how many different addresses outside the organiser are set.
    """
    if wave.state == WaveState.OPEN and not wave.is_open(clocks.now):
        return _("pekerja menutup gelombang ini; biasanya dalam beberapa detik.")
    if wave.state == WaveState.PLANNED and wave.is_open(clocks.now):
        return _("pekerja membuka gelombang ini; biasanya dalam beberapa detik.")
    if wave.state != WaveState.CLOSED:
        return ""
    if draw is not None and draw.state == DrawState.REQUESTED and witnesses < LEAST_WITNESSES:
        return _("sedikitnya dua alamat saksi di luar penyelenggara (GELOMBANG_WITNESSES).")
    if draw is None or draw.state == DrawState.REQUESTED:
        wait = draws.freeze_wait(wave_id=wave.id, now=clocks.now, real_now=clocks.real_now)
        return _before_freeze(wait, is_asked=draw is not None)
    return _after_freeze(draw, clocks=clocks)


def _before_freeze(wait: FreezeWait, *, is_asked: bool) -> str:
    number = reading.language()
    if wait.finishes:
        return _("15 menit sesudah penutupan: yang masih antre saat ditutup berhak menyelesaikan.")
    if wait.drains:
        return _("10 detik sesudah penutupan, agar permintaan terakhir ikut terbaca.")
    if wait.entry_requests:
        slots = {"n": show_count(wait.entry_requests, number)}
        return _("%(n)s permintaan bergabung yang belum dicatat.") % slots
    if wait.open_checks and wait.carries:
        slots = {"n": show_count(wait.open_checks, number)}
        return (
            _("%(n)s peserta yang belum selesai diperiksa diteruskan ke gelombang berikutnya.")
            if is_asked
            else _(
                "keputusan Anda: %(n)s peserta belum selesai diperiksa, dan diteruskan ke "
                "gelombang berikutnya bila dibekukan sekarang."
            )
        ) % slots
    if wait.open_checks:
        slots = {"n": show_count(wait.open_checks, number)}
        return _("%(n)s pertanyaan tentang peserta yang belum dijawab mitra data.") % slots
    return _("syarat setiap peserta sedang dihitung dan daftar disusun.") if is_asked else ""


def _after_freeze(draw: DrawView, *, clocks: Instants) -> str:
    if draw.state == DrawState.DRAWN and (held := draws.rechecking(wave_id=draw.wave_id)):
        people = {"n": show_count(held, reading.language())}
        return _("jawaban terbaru mitra data tentang %(n)s peserta terpilih.") % people
    if draw.state == DrawState.DRAWN:
        return _("pemberian tempat, pencatatan manfaat, dan surel kepada peserta.")
    if draw.state != DrawState.FROZEN or draw.beacon_at is None:
        return ""
    slots = {
        "round": draw.beacon_round,
        "at": show_instant(draw.beacon_at).in_language(reading.language()),
    }
    if clocks.now < draw.beacon_at:
        return _("putaran %(round)s suar acak, yang keluar %(at)s.") % slots
    if draw.draw_requested_at:
        return _("angka acak putaran %(round)s diambil dan diperiksa.") % slots
    return ""
