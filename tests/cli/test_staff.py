"""Accounts of staff: made with a second factor, shown once, kept for a demo in a private file."""

import stat

import pytest
from django_otp.oath import TOTP
from typer.testing import CliRunner

from gelombang.cli import staff

pytestmark = pytest.mark.django_db


def run(*words: str):
    return CliRunner().invoke(staff.app, list(words))


def test_a_new_account_is_shown_once_with_password_secret_and_picture():
    from django.contrib.auth.models import User

    done = run("add", "rini", "--group", "programme_officer", "--group", "auditor")
    assert done.exit_code == 0, done.output
    lines = dict(line.split(": ", 1) for line in done.output.splitlines() if ": " in line)
    user = User.objects.get(username="rini")
    assert user.check_password(lines["password"].strip())
    assert {group.name for group in user.groups.all()} == {"programme_officer", "auditor"}
    assert f"secret={lines['secret'].strip()}" in done.output
    assert "▀" in done.output or "█" in done.output
    assert not user.is_superuser


def test_a_taken_name_an_unknown_group_and_a_missing_agency_are_refused():
    assert run("add", "rini", "--group", "operator").exit_code == 0
    for words in (
        ("add", "rini", "--group", "operator"),
        ("add", "budi", "--group", "king"),
        ("add", "budi", "--group", "agency_officer"),
        ("add", "budi", "--group", "operator", "--agency", "Dinas"),
    ):
        refused = run(*words)
        assert refused.exit_code != 0
        assert isinstance(refused.exception, staff.OperatorsError)


def test_demo_accounts_stay_the_same_and_their_file_is_private(tmp_path):
    first = staff.demo_accounts(tmp_path)
    assert staff.demo_accounts(tmp_path) == first
    mode = stat.S_IMODE((tmp_path / staff.DEMO_FILE).stat().st_mode)
    assert mode == 0o600
    assert {account.username for account in first} == set(staff.DEMO_STAFF)


def test_the_code_of_a_demo_account_is_the_one_of_its_device(tmp_path, monkeypatch):
    from django_otp.plugins.otp_totp.models import TOTPDevice

    staff.demo_accounts(tmp_path)
    monkeypatch.setenv("GELOMBANG_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(staff.time, "time", lambda: 1_600_000_000.0)
    shown = run("code", "petugas").output.strip()
    device = TOTPDevice.objects.get(user__username="petugas")
    expected = TOTP(device.bin_key)
    expected.time = 1_600_000_000.0
    assert shown == f"{expected.token():06d}"


def test_there_are_no_demo_accounts_without_a_demo(monkeypatch):
    from gelombang.settings.environment import load

    sober = load().model_copy(update={"demo": False})
    monkeypatch.setattr(staff, "load", lambda: sober)
    refused = run("demo")
    assert isinstance(refused.exception, staff.OperatorsError)
