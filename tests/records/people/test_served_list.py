"""The list of people whom an earlier programme served, as `gelombang claims import` reads it."""

import pytest

from gelombang import store
from gelombang.cli.claims import ServedListError, import_served, read_list
from gelombang.kit.indexing import blind_index
from gelombang.records.people import queries

ANI, BUDI = "3174015708959901", "3273011203889902"
LIST = f"nik\n{ANI}\n{BUDI}\n3174-0157-0895-9901\n3174\nABC4015708959901\n3174013113959903\n\n"


def run(keyring, text):
    return import_served(text.encode(), keyring=keyring, reason="a test", actor="cli:tests")


@pytest.mark.django_db
class TestImport:
    def test_good_lines_bar_and_bad_ones_are_named_without_their_value(self, keyring):
        imported = run(keyring, LIST)
        assert (imported.held, imported.refused) == (2, 1)
        assert [(each.line, each.code) for each in imported.problems] == [
            (5, "nik-malformed"),
            (6, "nik-has-letters"),
            (7, "nik-date-impossible"),
        ]
        indexes = [blind_index(keyring, nik, purpose="lifetime") for nik in (ANI, BUDI)]
        assert queries.lifetime_barred(indexes=indexes) == set(indexes)

    def test_the_same_list_again_changes_nothing(self, keyring):
        run(keyring, LIST)
        again = run(keyring, LIST)
        assert (again.held, again.refused) == (2, 1)
        assert store.fetch_value("SELECT count(*) FROM people_lifetimeclaim") == 2

    def test_no_nik_is_stored_or_told(self, keyring):
        imported = run(keyring, LIST)
        stored = str(store.fetch("SELECT * FROM people_lifetimeclaim"))
        stored += str(store.fetch("SELECT * FROM audit_entry")) + str(imported)
        assert ANI not in stored
        assert ANI.encode().hex() not in stored


@pytest.mark.parametrize("content", [b"", b"nik\n\n", b"\xff\xfe3\x001\x00"])
def test_a_list_without_a_line_or_of_another_encoding_is_refused(tmp_path, content):
    file = tmp_path / "served.csv"
    file.write_bytes(content)
    with pytest.raises(ServedListError):
        read_list(file)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(ServedListError, match="cannot be read"):
        read_list(tmp_path / "nothing.csv")
