"""A local system makes its own secrets and keeps them for its owner alone."""

import json
import stat

from gelombang.cli.demo import Ports, kept_secrets, local_environment, reader_url
from gelombang.settings.environment import check

PORTS = Ports(edge=18001, operator=18005, mail=18002, smtp=18003, fakes=18004)
URL = "postgresql://gelombang:x@127.0.0.1:5432/gelombang"


def test_secrets_are_made_once_and_kept(tmp_path):
    first = kept_secrets(tmp_path)
    assert kept_secrets(tmp_path) == first
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600
    (tmp_path / "other").mkdir()
    other = kept_secrets(tmp_path / "other")
    assert all(other[name] != first[name] for name in first if first[name] != "gelombang")


def test_a_secret_that_a_later_version_needs_is_added(tmp_path):
    first = kept_secrets(tmp_path)
    newer = {"GELOMBANG_INDEX_KEY", "GELOMBANG_PAYMENT_PRIVATE_KEY", "ovo_secret"}
    older = {name: value for name, value in first.items() if name not in newer}
    (tmp_path / "secrets.json").write_text(json.dumps(older))
    again = kept_secrets(tmp_path)
    assert set(again) == set(first)
    assert {name: again[name] for name in older} == older


def test_its_environment_is_complete(tmp_path):
    environment = local_environment(
        secret=kept_secrets(tmp_path), ports=PORTS, database_url=URL, data_dir=tmp_path,
        host="0.0.0.0",
    )  # fmt: skip
    check(environment)
    assert environment["GELOMBANG_BASE_URL"] == "http://127.0.0.1:18001"
    assert "reader_password" not in environment
    assert "ovo_secret" not in environment


def test_the_reader_has_the_same_database_and_its_own_name():
    assert reader_url(URL, "y") == "postgresql://gelombang_auditor:y@127.0.0.1:5432/gelombang"
