"""Every page of the second half in each of its states, as HTML by a name that says the state."""

from collections.abc import Iterator
from pathlib import Path

from django.test import Client
from tests.web.benefiting import DEAR, LONG, SHORT, Winner, winners

from gelombang.journey.disbursement.paying import Reason, Said
from gelombang.journey.learning import actions as learning
from gelombang.journey.selection import actions as selection
from gelombang.kit import clock
from gelombang.kit.sealing import Keyring

Shown = tuple[str, str]
"""The name of a state, and its HTML."""


class Visitor:
    """A browser that remembers what it saw."""

    def __init__(self, browser: Client, prefix: str = "") -> None:
        self.browser, self.prefix = browser, prefix

    def see(self, path: str, name: str = "", *, status: int = 200) -> Shown:
        """Open a page."""
        answer = self.browser.get(path)
        assert answer.status_code == status, f"{path}: {answer.status_code}"
        return f"{self.prefix}{name or path}", answer.content.decode()

    def send(self, path: str, name: str, status: int = 422, **typed: str) -> Shown:
        """Send a form that comes back with what is wrong."""
        answer = self.browser.post(path, typed)
        assert answer.status_code == status, f"{path}: {answer.status_code}"
        return f"{self.prefix}{name}", answer.content.decode()


def pages(keyring: Keyring, face: Path) -> Iterator[Shown]:
    """All of them, by five people on one clock."""
    happy, troubled, late, never, ended = winners(keyring, face, 5)
    yield from _public()
    yield from _accepting(happy)
    yield from _learning(happy)
    yield from _certificate(happy)
    yield from _account(happy)
    yield from _declined(never)
    yield from _cancelled_and_short(ended)
    late.accept()
    yield from _trouble(troubled)
    yield from _lapsed(late)
    yield from _money(happy)


def _public() -> Iterator[Shown]:
    stranger = Visitor(Client())
    yield stranger.see("/pelatihan")
    yield stranger.see("/pelatihan?kata=usaha&urut=price&harga=500000", "catalogue, filtered")
    yield stranger.see("/pelatihan?hal=2", "catalogue, second page")
    yield stranger.see("/pelatihan?kata=tidakada", "catalogue, nothing fits")
    yield stranger.see(f"/pelatihan/{LONG}", "course")
    compared = f"/pelatihan/bandingkan?kode={LONG}&kode={SHORT}&kode={DEAR}"
    yield stranger.see(compared, "compare three")
    yield stranger.see("/pelatihan/bandingkan", "compare nothing", status=422)
    yield stranger.see("/sertifikat")
    yield stranger.see("/sertifikat?nomor=12", "certificate number, malformed", status=422)
    yield stranger.see("/sertifikat/AAAAAAAAAAAAAAAA", "certificate, unknown", status=404)


def _accepting(who: Winner) -> Iterator[Shown]:
    visitor = Visitor(who.browser())
    yield visitor.see("/saya", "home, to accept")
    yield visitor.see(f"/saya/hasil/{who.award.wave_id}", "result, with the award")
    yield visitor.see("/saya/bantuan", "award, open")
    yield visitor.see("/saya/bantuan/tolak", "decline")
    yield visitor.send("/saya/bantuan/tolak", "decline, unsure")
    yield visitor.see(f"/pelatihan/{LONG}/beli", "buy, not accepted")
    yield visitor.see("/saya/survei", "survey, not open")
    yield visitor.see("/saya/pembayaran", "payments, none yet")
    visitor.browser.post("/saya/bantuan/terima")
    yield visitor.see("/saya/bantuan?diterima=ya", "award, just accepted")
    yield visitor.see("/saya/pelatihan", "trainings, none")


def _learning(who: Winner) -> Iterator[Shown]:
    visitor = Visitor(who.browser())
    yield visitor.see("/saya", "home, to buy")
    yield visitor.see(f"/pelatihan/{LONG}/beli", "buy")
    yield visitor.send(f"/pelatihan/{LONG}/beli", "buy, price changed", 409, harga="1")
    purchase = who.buy(LONG)
    mine = f"/saya/pelatihan/{purchase.id}"
    yield visitor.see(f"{mine}?dibeli=ya", "bought")
    yield visitor.see("/saya", "home, to redeem")
    yield visitor.see(f"{mine}/batal", "cancel")
    yield visitor.see(f"/pelatihan/{SHORT}/beli", "buy, unfinished")
    who.report(purchase, 1)
    yield visitor.see(mine, "training, one session")
    yield visitor.send(f"{mine}/batal", "cancel, too late", 409)
    yield visitor.see("/saya", "home, to learn")
    who.report(purchase, *range(2, purchase.course.sessions + 1), 999)
    yield visitor.see(mine, "training, certificate to come")
    yield visitor.see("/saya", "home, certificate to come")
    who.issue()
    yield visitor.see(mine, "training, certified")
    yield visitor.see("/saya/pelatihan", "trainings, one")


def _certificate(who: Winner) -> Iterator[Shown]:
    visitor = Visitor(who.browser())
    mine = f"/saya/sertifikat/{who.number}"
    yield visitor.see("/saya", "home, to review")
    yield visitor.see(mine, "certificate, to review")
    yield visitor.see(f"{mine}/ulasan", "review")
    yield visitor.send(f"{mine}/ulasan", "review, empty")
    yield visitor.send(f"{mine}/ulasan", "review, too short", rating="4", words="ok")
    who.review()
    yield visitor.see(f"{mine}/ulasan?terkirim=ya", "review, done")
    yield visitor.see(mine, "certificate, reviewed")
    yield Visitor(Client()).see(f"/sertifikat/{who.number}", "certificate, public")


def _account(who: Winner) -> Iterator[Shown]:
    visitor = Visitor(who.browser())
    who.fall_due()
    yield visitor.see("/saya", "home, to link")
    yield visitor.see("/saya/akun", "account, none")
    yield visitor.see("/saya/pembayaran", "payments, held for an account")
    yield visitor.see("/saya/akun/pilih", "account, choose")
    yield visitor.send("/saya/akun/pilih", "account, nothing chosen")
    yield visitor.see("/saya/akun/nomor?partner=gopay", "account, wallet number")
    yield visitor.see("/saya/akun/nomor?partner=bni", "account, bank number")
    yield visitor.send("/saya/akun/nomor", "account, malformed", partner="bni", account_no="1")
    who.state_account()
    yield visitor.see("/saya", "home, account checked")
    yield visitor.see("/saya/akun", "account, being checked")
    who.partner_says(name="BAMBANG ORANG LAIN")
    yield visitor.see("/saya/akun", "account, refused")
    yield visitor.see("/saya", "home, account refused")
    who.link()
    yield visitor.see("/saya/akun", "account, linked")
    session = visitor.browser.session
    session["code_given"] = 0.0
    session.save()
    yield visitor.see("/saya/akun/kode", "account, code to be sent")
    yield visitor.see("/saya/akun/kode?dikirim=ya", "account, code sent")
    yield visitor.send("/saya/akun/kode", "account, wrong code", kode="12")


def _money(who: Winner) -> Iterator[Shown]:
    visitor = Visitor(who.browser())
    yield visitor.see("/saya", "home, to answer the survey")
    yield visitor.see("/saya/survei", "survey")
    yield visitor.see("/saya/survei/1", "survey, first part")
    yield visitor.send("/saya/survei/1", "survey, first part empty")
    yield visitor.see("/saya/survei/2", "survey, second part")
    who.fall_due()
    yield visitor.see("/saya/pembayaran", "payments, due")
    sent = who.send()
    yield visitor.see("/saya/pembayaran", "payments, sent")
    for each in sent:
        who.told([each], Said.PAID, amount=each.amount)
    yield visitor.see("/saya/pembayaran", "payments, some received")
    who.answer_survey()
    yield visitor.see("/saya/survei?terkirim=ya", "survey, answered")
    yield visitor.see("/saya", "home, money comes")
    yield visitor.see("/saya/status", "journey, money comes")
    who.link("0812 0000 9912", "ovo")
    yield visitor.see("/saya/akun", "account, cooling")
    who.fall_due()
    yield visitor.see("/saya/pembayaran", "payments, cooling")
    for _ in range(2):
        who.stage.later(days=31)
        who.fall_due()
        for each in who.send(partner="ovo"):
            who.told([each], Said.PAID, amount=each.amount)
    yield visitor.see("/saya/pembayaran", "payments, all received")
    yield visitor.see("/saya", "home, all done")
    yield visitor.see("/saya/bantuan", "award, statement")


def _trouble(who: Winner) -> Iterator[Shown]:
    visitor = Visitor(who.browser())
    who.accept()
    who.certify()
    who.review()
    who.link("0812 0000 9913")
    who.fall_due()
    sent = who.send()
    who.told(sent, Said.REFUSED, reason=Reason.LIMIT)
    yield visitor.see("/saya/pembayaran", "payments, wallet full")
    yield visitor.see("/saya", "home, wallet full")
    who.revoke()
    yield visitor.see(f"/saya/sertifikat/{who.number}", "certificate, revoked")
    yield visitor.see(f"/saya/sertifikat/{who.number}/ulasan", "review, done before revoked")
    yield Visitor(Client()).see(f"/sertifikat/{who.number}", "certificate, revoked, public")
    who.stage.later(days=40)
    who.fall_due()
    yield visitor.see("/saya/pembayaran", "payments, certificate revoked")


def _declined(who: Winner) -> Iterator[Shown]:
    visitor = Visitor(who.browser())
    visitor.browser.post("/saya/bantuan/tolak", {"yakin": "ya"})
    yield visitor.see("/saya", "home, declined")
    yield visitor.see("/saya/bantuan", "award, declined")
    yield visitor.see(f"/pelatihan/{SHORT}/beli", "buy, award ended")


def _cancelled_and_short(who: Winner) -> Iterator[Shown]:
    visitor = Visitor(who.browser())
    who.accept()
    who.finish(who.buy(DEAR))
    yield visitor.see(f"/pelatihan/{DEAR}/beli", "buy, balance too low")
    given_back = who.buy(SHORT)
    visitor.browser.post(f"/saya/pelatihan/{given_back.id}/batal")
    yield visitor.see(f"/saya/pelatihan/{given_back.id}", "training, given back")
    called_off = who.buy(LONG)
    learning.cancel_course(
        course_code=LONG, reason="Kelas dibatalkan karena pengajarnya sakit",
        actor="staff:petugas", now=who.stage.now, real_now=clock.real_now(),
        keyring=who.stage.keyring, base_url="http://127.0.0.1",
    )  # fmt: skip
    yield visitor.see(f"/saya/pelatihan/{called_off.id}", "training, called off")
    yield visitor.see(f"/pelatihan/{LONG}", "course, off sale")
    failed = who.buy(SHORT)
    who.report(failed, 1)
    who.report(failed, 999, passed=False)
    yield visitor.see(f"/saya/pelatihan/{failed.id}", "training, not passed")
    yield visitor.see("/saya/bantuan", "award, long statement")


def _lapsed(who: Winner) -> Iterator[Shown]:
    assert who.stage.now > who.award.purchase_by
    selection.lapse_due(
        now=who.stage.now, real_now=clock.real_now(), keyring=who.stage.keyring,
        base_url="http://127.0.0.1",
    )  # fmt: skip
    visitor = Visitor(who.browser())
    yield visitor.see("/saya", "home, lapsed")
    yield visitor.see("/saya/bantuan", "award, lapsed")
