"""Django's own check finds nothing to warn of in a deployment, and no page of an unknown host."""

import os
import subprocess
import sys

import pytest
from django.test import Client


def test_a_deployment_by_https_has_no_warnings():
    answer = subprocess.run(
        [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"],
        env=os.environ | {"GELOMBANG_BASE_URL": "https://gelombang.example.id"},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr


@pytest.mark.django_db
def test_an_unknown_host_is_refused():
    assert Client().get("/bantuan", headers={"host": "elsewhere.example.org"}).status_code == 400
    assert Client().get("/bantuan").status_code == 200


@pytest.mark.django_db
def test_pages_speak_indonesian_until_somebody_chooses_english():
    client = Client()
    assert client.get("/bantuan").headers["Content-Language"] == "id"
    client.cookies["bahasa"] = "en"
    assert client.get("/bantuan").headers["Content-Language"] == "en"


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(settings):
    for name in ("SESSION", "CSRF"):
        assert getattr(settings, f"{name}_COOKIE_HTTPONLY")
        assert getattr(settings, f"{name}_COOKIE_SAMESITE") == "Lax"
    assert settings.DEBUG is False


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/tidak-ada", "/undian/x", "/saya/identitas/%00"])
def test_an_unknown_address_is_told_on_a_page_of_ours(address):
    answer = Client().get(address)
    assert answer.status_code == 404
    assert '<html lang="id"' in answer.content.decode()
    assert "Not Found" not in answer.content.decode()


@pytest.mark.django_db
def test_a_form_without_its_token_is_told_on_a_page_of_ours():
    answer = Client(enforce_csrf_checks=True).post("/masuk", {"email": "siti@example.id"})
    assert answer.status_code == 403
    assert '<html lang="id"' in answer.content.decode()
