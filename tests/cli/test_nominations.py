"""`gelombang nominations import`: what it says, keeps, and refuses."""

import pytest
from typer.testing import CliRunner

from gelombang import store
from gelombang.cli import nominations
from gelombang.journey.nominations.rules import HEADER

pytestmark = pytest.mark.usefixtures("database_url")
GOOD = "3174011708959901,BUDI PERCOBAAN,081200000001,dinas,ritel,PHK,31.74,toko tutup"
WRONG = "3174011708959902,,081200000002,dinas,ritel,PHK,31,toko tutup"


@pytest.fixture
def listed(tmp_path):
    file = tmp_path / "daftar.csv"
    file.write_text("\n".join((",".join(HEADER), GOOD, WRONG)), encoding="utf-8")
    return file


def run(*words):
    return CliRunner().invoke(nominations.app, ["import", *map(str, words)])


def lists():
    return store.fetch("SELECT * FROM nominations_nominationlist ORDER BY id")


def test_a_list_is_imported_and_its_error_file_written(listed, tmp_path):
    to = tmp_path / "salah.csv"
    done = run(listed, "--agency", "Dinas Contoh", "--errors", to)
    assert done.exit_code == 0, done.output
    assert "2 rows, 1 valid, 1 to be corrected" in done.output
    (kept,) = lists()
    assert kept["agency"] == "Dinas Contoh"
    assert kept["uploaded_by"].startswith("cli:")
    assert to.read_bytes().decode() == kept["error_file"]
    assert to.read_text(encoding="utf-8").splitlines()[1].startswith("3,name,")
    assert "3174011708959902" not in to.read_text(encoding="utf-8") + done.output


def test_the_same_list_again_is_refused_in_both_languages(listed):
    run(listed, "--agency", "Dinas Contoh")
    again = run(listed, "--agency", "Dinas Contoh")
    assert again.exit_code == 1
    assert "sudah pernah diunggah" in again.output
    assert "uploaded before" in again.output
    assert len(lists()) == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "kosong"), (b"nik;name\n1;2\n", "Baris pertama"), (b"nik\xff\xfe", "bukan teks UTF-8")],
)
def test_a_refused_list_keeps_nothing(tmp_path, content, said):
    file = tmp_path / "daftar.csv"
    file.write_bytes(content)
    refused = run(file, "--agency", "Dinas Contoh")
    assert refused.exit_code == 1
    assert said in refused.output
    assert lists() == []


def test_a_file_that_is_not_there_and_a_missing_agency_are_said(listed, tmp_path):
    missing = run(tmp_path / "none.csv", "--agency", "Dinas Contoh")
    assert missing.exit_code == 1
    assert "No such file" in missing.output
    assert run(listed).exit_code == 2
    assert lists() == []


def test_a_place_where_no_error_file_can_be_written_is_said_before_anything_is_kept(
    listed, tmp_path
):
    for place in (tmp_path / "none" / "salah.csv", tmp_path):
        refused = run(listed, "--agency", "Dinas Contoh", "--errors", place)
        assert refused.exit_code == 1
        assert refused.exception is None or isinstance(refused.exception, SystemExit)
        assert lists() == []
