"""Importing lists: what is kept, sealed, once, and that nobody is registered by it."""

import time
from datetime import UTC, datetime

import pytest
from django.db import Error

from gelombang import store
from gelombang.journey.nominations import actions, queries
from gelombang.journey.nominations.rules import (
    HEADER,
    NOMINATION_MOVES,
    AlreadyImported,
    EmptyFile,
    NominationState,
    NotUtf8,
    WrongHeader,
)
from gelombang.kit.indexing import blind_index
from gelombang.kit.sealing import unseal

pytestmark = pytest.mark.usefixtures("database_url")
NOW = datetime(2020, 4, 10, 3, tzinfo=UTC)
REAL = datetime(2026, 11, 2, 8, 30, tzinfo=UTC)
AGENCY = "Dinas Contoh"
GOOD = "3174011708959901,BUDI PERCOBAAN,081200000001,dinas,ritel,PHK,31.74,toko tutup"
WRONG = "3174011708959902,,081200000002,dinas,ritel,raja,31,toko tutup"


def file_of(*lines: str) -> bytes:
    return "\r\n".join((",".join(HEADER), *lines, "")).encode()


def bring(keyring, file, *, agency=AGENCY, **further):
    return actions.import_list(
        agency=agency, file=file, keyring=keyring, actor="staff:dina", now=NOW, real_now=REAL,
        **further,
    )  # fmt: skip


def nominations():
    return store.fetch("SELECT * FROM nominations_nomination ORDER BY list_id, row_number")


def count(table):
    return store.fetch_value(f"SELECT count(*) FROM {table}")


def test_a_list_is_kept_with_its_good_rows_sealed_and_its_wrong_ones_named(keyring):
    result = bring(keyring, file_of(GOOD, WRONG))

    assert (result.total, result.validated, result.rejected) == (2, 1, 1)
    good, wrong = nominations()
    assert (good["row_number"], good["state"], good["problem"]) == (2, "validated", "")
    assert unseal(keyring, good["nik_sealed"], purpose="nik") == "3174011708959901"
    assert unseal(keyring, good["name_sealed"], purpose="name") == "BUDI PERCOBAAN"
    assert unseal(keyring, good["phone_sealed"], purpose="phone") == "+6281200000001"
    index = blind_index(keyring, "3174011708959901", purpose="nomination")
    assert bytes(good["nomination_index"]) == index
    assert (good["employment_status"], good["area"]) == ("laid_off", "3174")

    assert (wrong["row_number"], wrong["state"]) == (3, "rejected")
    assert [wrong[name] for name in ("nomination_index", "nik_sealed", "name_sealed",
                                     "phone_sealed")] == [None] * 4  # fmt: skip
    (view,) = queries.lists(agency=AGENCY)
    assert (view.list_id, view.uploaded_by, view.received_at) == (result.list_id, "staff:dina", NOW)
    assert (view.total, view.validated, view.rejected) == (2, 1, 1)
    assert queries.error_file(list_id=result.list_id) == result.error_file
    for value in ("3174011708959902", "081200000002", "raja"):
        assert value not in result.error_file
    (entry,) = store.fetch("SELECT * FROM audit_entry WHERE action = 'nominations.import'")
    assert entry["subject"] == f"nomination-list:{result.list_id}"
    assert "BUDI" not in str(entry)


def test_the_tables_hold_no_nik_name_or_phone_in_the_clear(keyring):
    bring(keyring, file_of(GOOD, WRONG))
    for table in ("nominations_nomination", "nominations_nominationlist", "audit_entry"):
        for row in store.fetch(f"SELECT to_jsonb(t)::text AS whole FROM {table} t"):
            for plain in ("31740117", "BUDI", "81200000"):
                assert plain not in row["whole"], table


def test_a_nomination_never_registers_anybody(keyring):
    bring(keyring, file_of(GOOD))
    for table in ("people_person", "registration_registration", "verification_identity",
                  "notices_notice"):  # fmt: skip
        assert count(table) == 0, table


def test_the_same_bytes_of_the_same_agency_count_once(keyring):
    bring(keyring, file_of(GOOD))
    with pytest.raises(AlreadyImported):
        bring(keyring, file_of(GOOD))
    assert count("nominations_nomination") == 1
    bring(keyring, file_of(GOOD), agency="Dinas Lain")
    assert count("nominations_nominationlist") == 2


@pytest.mark.parametrize(
    ("file", "refusal"),
    [(b"", EmptyFile), (b"nik;name\n", WrongHeader), (b"\xff\xfe", NotUtf8),
     (",".join(HEADER).encode(), EmptyFile)],
)  # fmt: skip
def test_a_refused_file_leaves_nothing(keyring, file, refusal):
    with pytest.raises(refusal):
        bring(keyring, file)
    assert count("nominations_nominationlist") == 0
    assert count("audit_entry") == 0


def test_an_import_that_breaks_in_the_middle_leaves_nothing(keyring, monkeypatch):
    monkeypatch.setattr(actions, "CHUNK", 1)

    def break_off(done, whole):
        if done == 2:
            raise RuntimeError

    second = GOOD.replace("9901,", "9902,")
    with pytest.raises(RuntimeError):
        bring(keyring, file_of(GOOD, second, WRONG), progress=break_off)
    assert count("nominations_nomination") == count("nominations_nominationlist") == 0
    assert bring(keyring, file_of(GOOD, second, WRONG)).validated == 2


def test_twenty_thousand_rows_take_seconds_and_tell_how_far_they_are(keyring):
    lines = [
        f"317401{day:02d}0895{serial:04d},BUDI PERCOBAAN,081200000001,dinas,ritel,PHK,31,tutup"
        for day in (*range(1, 29), *range(41, 69))
        for serial in range(1, 401)
    ][:20_000]
    told = []
    started = time.monotonic()
    result = bring(
        keyring, file_of(*lines), progress=lambda done, whole: told.append((done, whole))
    )
    assert time.monotonic() - started < 30
    assert (result.validated, result.rejected, result.error_file) == (20_000, 0, "")
    assert told == [(done, 20_000) for done in (5_000, 10_000, 15_000, 20_000)]
    assert count("nominations_nomination") == 20_000


def test_an_agency_sees_its_own_lists_and_error_files_alone(keyring):
    own = bring(keyring, file_of(WRONG)).list_id
    other = bring(keyring, file_of(GOOD), agency="Dinas Lain").list_id
    assert [view.list_id for view in queries.lists()] == [other, own]
    assert [view.list_id for view in queries.lists(agency=AGENCY)] == [own]
    assert queries.error_file(list_id=own, agency="Dinas Lain") is None
    assert "nama" in queries.error_file(list_id=own, agency=AGENCY).lower()
    assert queries.error_file(list_id=other, agency="Dinas Lain") == ""


ILLEGAL = [
    (before, after)
    for before in (NominationState.VALIDATED, NominationState.REJECTED)
    for after in NominationState
    if before != after and after not in NOMINATION_MOVES[before]
]


@pytest.mark.parametrize(("before", "after"), ILLEGAL)
def test_a_nomination_makes_no_other_move(keyring, before, after):
    bring(keyring, file_of(GOOD if before is NominationState.VALIDATED else WRONG))
    with pytest.raises(Error):
        store.execute("UPDATE nominations_nomination SET state = %s", [after.value])
    assert [row["state"] for row in nominations()] == [before.value]
