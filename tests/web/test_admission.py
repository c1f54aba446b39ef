"""The house behind a waiting room of the door: who is asked for a pass, and who is not."""

from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.test import AsyncClient, Client
from tests.web import making

from gelombang.kit import clock
from gelombang.kit.tokens import admission_pass
from gelombang.records.programme import actions, queries
from gelombang.records.programme.rules import DoorControls
from gelombang.web import admission

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_switch(monkeypatch):
    monkeypatch.setattr(admission, "switch", admission._Switch())


@pytest.fixture
def asked(loaded_programme, now):
    """An operator has switched admission on."""
    actions.set_door(
        controls=DoorControls(house_admission=True), reason="Rumah sedang sangat ramai.",
        actor="staff:x", now=now, real_now=clock.real_now(),
    )  # fmt: skip


def given_pass(keyring, *, minutes: float = 5) -> str:
    return admission_pass(keyring, expires_at=clock.real_now() + timedelta(minutes=minutes))


def test_nobody_is_asked_while_it_is_off(loaded_programme):
    assert Client().get("/bantuan").status_code == 200


@pytest.mark.parametrize("path", ["/bantuan", "/masuk", "/saya/pelatihan", "/angka"])
def test_who_has_no_pass_is_sent_to_wait_and_back(asked, path):
    answer = Client().get(path, {"cari": "nama"})
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/antrean/rumah?ke={path}"


def test_who_has_a_pass_enters_until_it_ends(asked, keyring):
    client = Client()
    client.cookies["izin"] = given_pass(keyring)
    assert client.get("/bantuan").status_code == 200
    client.cookies["izin"] = given_pass(keyring, minutes=-1)
    assert client.get("/bantuan").status_code == 303
    client.cookies["izin"] = given_pass(keyring)[:-2] + "xx"
    assert client.get("/bantuan").status_code == 303


@pytest.mark.parametrize("path", ["/meja/masuk", "/sertifikat", "/static/tidak-ada"])
def test_staff_files_and_whoever_checks_a_certificate_are_not_asked(asked, path):
    assert Client().get(path).status_code in (200, 404)


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/integration/payment/redeem-code/status",
        "/api/v1/messaging/reports",
        "/api/v1/dci/registry/notify",
    ],
)
def test_partners_are_not_asked(asked, path):
    answer = Client().post(path, {})
    assert answer.status_code not in (303, 429)


def test_a_form_of_somebody_signed_in_is_taken_and_one_of_a_stranger_waits(asked, keyring, person):
    assert Client().post("/keluar").headers["Location"].startswith("/antrean/rumah")
    stranger = Client()
    stranger.cookies["pas"] = "tidak-asli"
    assert stranger.post("/keluar").headers["Location"].startswith("/antrean/rumah")
    admission.switch.is_on, admission.switch._looked_at = False, float("inf")
    client = making.sign_in(keyring, person)
    admission.switch.is_on = True
    assert client.get("/saya").status_code == 303
    assert client.post("/keluar").headers["Location"] == "/masuk?keluar=ya"


def test_a_machine_hears_when_to_come_again(asked):
    answer = Client().post("/api/v1/identity", {})
    assert answer.status_code == 429
    assert answer.json()["type"] == "urn:gelombang:full"
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.django_db(transaction=True)
async def test_it_asks_the_same_behind_asgi(monkeypatch):
    controls = DoorControls(house_admission=True)
    monkeypatch.setattr(queries, "door_controls_in_force", lambda: controls)
    assert (await AsyncClient().get("/bantuan")).status_code == 303


def test_the_switch_is_read_once_a_second_and_kept_while_the_database_is_away(asked, monkeypatch):
    assert Client().get("/bantuan").status_code == 303

    def away():
        raise DatabaseError

    monkeypatch.setattr(queries, "door_controls_in_force", away)
    assert Client().get("/bantuan").status_code == 303
    admission.switch._looked_at = float("-inf")
    assert Client().get("/bantuan").status_code == 303
