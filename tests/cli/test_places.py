"""Data lies where its owner keeps it, and never where somebody else was first."""

import os
import stat

import pytest

from gelombang.cli import places


def test_a_secret_is_never_readable_for_others(tmp_path):
    path = tmp_path / "secret"
    path.write_text("old")
    path.chmod(0o644)
    places.write_secret(path, "new")
    assert path.read_text() == "new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_link_in_the_place_of_the_directory_is_refused(tmp_path):
    (tmp_path / "theirs").mkdir()
    (tmp_path / "ours").symlink_to(tmp_path / "theirs")
    with pytest.raises(places.UnsafePlaceError, match="another account"):
        places.make_directory(tmp_path / "ours")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a directory to somebody else")
def test_a_directory_of_somebody_else_is_refused(tmp_path):
    (tmp_path / "theirs").mkdir()
    os.chown(tmp_path / "theirs", 65534, 65534)
    with pytest.raises(places.UnsafePlaceError, match="GELOMBANG_DATA_DIR"):
        places.make_directory(tmp_path / "theirs")


def test_the_usual_place_of_an_ordinary_user_is_in_the_clone(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert places.usual_data_directory() == places.clone() / ".data"


def test_the_usual_place_of_root_is_one_that_nobody_can_enter(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    place = places.usual_data_directory()
    assert str(place).startswith("/var/tmp/gelombang-")
    assert str(places.clone()) not in str(place)
