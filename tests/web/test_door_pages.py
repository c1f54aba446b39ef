"""The desk's pages of the front door: controls, and what must hold before it opens."""

from datetime import timedelta

import pytest
from tests.web.conftest import page

from gelombang.kit import clock
from gelombang.kit.words import Text
from gelombang.records.programme import actions, queries
from gelombang.records.programme.readiness import Check, Report, State
from gelombang.records.programme.rules import DoorControls
from gelombang.web.authority import AUDITOR, OPERATOR, PROGRAMME_DIRECTOR, PROGRAMME_OFFICER

pytestmark = pytest.mark.django_db
REASON = "Sesuai keputusan rapat hari ini"
TYPED = {
    "admission_per_second": "1.000", "proof_cost": "50", "address_per_minute": "30",
    "network_per_minute": "600", "house_admission": "ya", "alasan": REASON,
}  # fmt: skip
SET = DoorControls(
    admission_per_second=1000, proof_cost=50, address_per_minute=30, network_per_minute=600,
    house_admission=True,
)  # fmt: skip


@pytest.fixture
def operator(at_desk, loaded_programme):
    return at_desk(OPERATOR)


@pytest.fixture
def director(at_desk, loaded_programme):
    return at_desk(PROGRAMME_DIRECTOR)


def keep(*states: State, minutes: int = 0) -> None:
    """A report of so many minutes ago."""
    sentence = Text(id="Begini keadaannya.", en="So it is.")
    checks = [Check(f"partner:{n}", state, sentence) for n, state in enumerate(states)]
    taken = clock.real_now() - timedelta(minutes=minutes)
    actions.keep_readiness(report=Report(taken, tuple(checks)), actor="cli:uji")


def test_controls_are_seen_before_they_are_set(operator):
    shown = page(operator.get("/meja/pintu/atur"))
    assert 'value="2500"' in shown
    answer = operator.post("/meja/pintu/atur", TYPED)
    assert answer.status_code == 200
    assert "2.500" in page(answer)
    assert "<b>1.000</b>" in page(answer)
    assert queries.door_controls_in_force() == DoorControls()
    again = operator.post("/meja/pintu/atur", TYPED | {"yakin": "ya", "ubah": "ya"})
    assert 'value="1.000"' in page(again)
    assert operator.post("/meja/pintu/atur", TYPED | {"yakin": "ya"}).status_code == 303
    assert queries.door_controls_in_force() == SET
    history = page(operator.get("/meja/pintu"))
    assert "Diterima per detik: 2.500 → <b>1.000</b>" in history
    assert REASON in history


def test_setting_the_numbers_leaves_the_pause_and_pausing_leaves_the_numbers(operator):
    operator.post("/meja/pintu/jeda", {"menjadi": "jeda", "alasan": REASON})
    operator.post("/meja/pintu/atur", TYPED | {"yakin": "ya"})
    assert queries.door_controls_in_force().paused
    operator.post("/meja/pintu/jeda", {"menjadi": "lanjut", "alasan": REASON})
    assert queries.door_controls_in_force() == SET


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"admission_per_second": "0"}, "dari 1 sampai 100000"),
        ({"admission_per_second": ""}, "dari 1 sampai 100000"),
        ({"proof_cost": "-1"}, "dari 0 sampai 10000"),
        ({"proof_cost": "١٢"}, "dari 0 sampai 10000"),
        ({"network_per_minute": "9" * 40}, "dari 1 sampai 1000000"),
        ({"alasan": "ok"}, "paling sedikit 10 huruf"),
    ],
)
def test_controls_that_make_no_sense_are_refused_beside_their_field(operator, wrong, sentence):
    answer = operator.post("/meja/pintu/atur", TYPED | {"yakin": "ya"} | wrong)
    assert answer.status_code == 422
    assert sentence in page(answer)
    assert queries.door_changes() == []


def test_everything_that_is_wrong_is_told_at_once(operator):
    shown = page(operator.post("/meja/pintu/atur", TYPED | {"proof_cost": "x", "alasan": "ok"}))
    assert "dari 0 sampai 10000" in shown
    assert "paling sedikit 10 huruf" in shown


def test_the_worker_is_asked_and_the_report_is_shown(operator):
    assert "Belum pernah diperiksa" in page(operator.get("/meja/kesiapan"))
    assert operator.post("/meja/kesiapan/periksa").status_code == 303
    assert "Pekerja sedang memeriksa" in page(operator.get("/meja/kesiapan"))
    report = Report(clock.real_now(), (Check("mail", State.OK, Text(id="Menjawab.", en="Up.")),))
    actions.answer_readiness(report=report)
    shown = page(operator.get("/meja/kesiapan"))
    assert "Menjawab." in shown
    assert "Pekerja sedang memeriksa" not in shown
    assert "Up." in page(operator.get("/meja/kesiapan", HTTP_ACCEPT_LANGUAGE="en"))


def test_signing_off_takes_a_reason_the_own_name_and_a_fresh_report(operator):
    form = {"alasan": REASON, "nama": "petugas"}
    assert operator.post("/meja/kesiapan/sahkan", form).status_code == 422
    keep(State.OK, minutes=11)
    stale = operator.post("/meja/kesiapan/sahkan", form)
    assert (stale.status_code, "lebih dari 10 menit" in page(stale)) == (422, True)
    keep(State.OK, State.WARNING, State.UNKNOWN)
    for wrong in ({"alasan": "ok"}, {"nama": "orang-lain"}, {"nama": ""}):
        assert operator.post("/meja/kesiapan/sahkan", form | wrong).status_code == 422
    assert queries.signoffs(subject="registration") == []
    assert "belum disahkan" in page(operator.get("/meja/pintu"))
    assert operator.post("/meja/kesiapan/sahkan", form).status_code == 303
    signed = queries.signoff_in_force(subject="registration")
    assert (signed.actor, signed.reason, signed.overridden) == ("staff:petugas", REASON, False)
    assert "sudah disahkan" in page(operator.get("/meja/kesiapan"))
    assert "belum disahkan" not in page(operator.get("/meja/pintu"))


def test_a_failed_check_is_overridden_by_the_director_alone(director):
    keep(State.FAILED, State.OK)
    form = {"alasan": REASON, "nama": "petugas"}
    refused = director.post("/meja/kesiapan/sahkan", form)
    assert (refused.status_code, "1 pemeriksaan" in page(refused)) == (422, True)
    assert "Sahkan meski belum terpenuhi" in page(director.get("/meja/kesiapan"))
    assert director.post("/meja/kesiapan/abaikan", form).status_code == 303
    assert queries.signoff_in_force(subject="registration").overridden
    assert "meski belum terpenuhi" in page(director.get("/meja/kesiapan"))


@pytest.mark.parametrize("group", [OPERATOR, AUDITOR, PROGRAMME_OFFICER])
def test_others_are_not_shown_what_they_may_not_do(at_desk, loaded_programme, group):
    shown = page(at_desk(group).get("/meja/kesiapan"))
    assert "/meja/kesiapan/abaikan" not in shown
    assert ("/meja/kesiapan/sahkan" in shown) is (group == OPERATOR)
