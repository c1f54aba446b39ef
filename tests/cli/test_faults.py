"""`gelombang rehearse faults` and the small disk that it fills."""

import pytest
from typer.testing import CliRunner

from gelombang.cli import faults, small_disk
from gelombang.cli.rehearse import app
from gelombang.cli.small_disk import NoSmallDiskError, mount_small_disk, unmount, why_no_small_disk


def test_a_fault_that_nobody_knows_is_refused():
    answer = CliRunner().invoke(app, ["faults", "--only", "flood"])
    assert answer.exit_code == 2
    assert "flood" in answer.output


def test_a_full_disk_that_cannot_be_tried_is_said_aloud(monkeypatch, capsys):
    monkeypatch.setattr(faults, "why_no_small_disk", lambda: "no root")
    assert faults.play_all([faults.FULL_DISK], faults.Scale(), keep=False) == []
    assert "NOT tried: no root" in capsys.readouterr().err


def test_without_root_no_small_disk_is_mounted(monkeypatch, tmp_path):
    monkeypatch.setattr(small_disk, "why_no_small_disk", lambda: "no root")
    with pytest.raises(NoSmallDiskError, match="no root"):
        mount_small_disk(tmp_path / "disk", megabytes=1)
    assert not (tmp_path / "disk").exists()


@pytest.mark.skipif(bool(why_no_small_disk()), reason=why_no_small_disk() or "tried")
def test_a_small_disk_is_small_and_goes_with_everything_on_it(tmp_path):
    place = tmp_path / "disk"
    try:
        mount_small_disk(place, megabytes=1)
    except NoSmallDiskError as problem:
        pytest.skip(str(problem))
    try:
        with pytest.raises(OSError, match="No space left"):
            (place / "file").write_bytes(b"\0" * 2_000_000)
    finally:
        unmount(place)
    assert list(place.iterdir()) == []
    unmount(place)
