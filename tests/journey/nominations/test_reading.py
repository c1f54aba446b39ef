"""How an agency's file is read: encodings, header, rows, and an error file without values."""

import csv
import io
import traceback

import pytest
from hypothesis import given, strategies as st

from gelombang.journey.nominations import reading
from gelombang.journey.nominations.reading import ErrorFile, decode, read
from gelombang.journey.nominations.rules import (
    HEADER,
    LARGEST_FILE,
    LONGEST_CELL,
    EmptyFile,
    FileTooLarge,
    Nominee,
    NotUtf8,
    WrongHeader,
    read_row,
)

HEADER_LINE = ",".join(HEADER)
GOOD = {
    "nik": "3174011708959901",
    "name": "BUDI PERCOBAAN",
    "phone": "0812-0000-0001",
    "agency_type": "dinas",
    "sector": "ritel",
    "employment_status": "PHK",
    "area": "31.74",
    "reason": "toko tutup",
}


def line(**changes: str) -> str:
    out = io.StringIO()
    csv.writer(out).writerow((GOOD | changes)[column] for column in HEADER)
    return out.getvalue().removesuffix("\r\n")


def rows_of(*lines: str, end: str = "\n"):
    errors = ErrorFile()
    found = list(read(end.join((HEADER_LINE, *lines, "")), errors))
    return found, errors.text()


def problems(text: str) -> list[tuple[str, str]]:
    return [(row["row"], row["column"]) for row in csv.DictReader(io.StringIO(text))]


def test_a_good_row_is_understood_in_the_programmes_words():
    assert read_row(GOOD) == Nominee(
        nik="3174011708959901", name="BUDI PERCOBAAN", phone="+6281200000001", agency_type="dinas",
        sector="ritel", employment_status="laid_off", area="3174", reason="toko tutup",
    )  # fmt: skip
    assert "BUDI" not in repr(read_row(GOOD))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_byte_order_marks_make_no_difference(end, mark):
    text = decode(mark + end.join((HEADER_LINE, line(), "")).encode())
    (row,) = read(text, ErrorFile())
    assert (row.number, row.nominee) == (2, read_row(GOOD))


def test_a_header_may_be_written_with_blanks_and_capitals():
    (row,) = read(f" {HEADER_LINE.upper().replace(',', ' , ')}\n{line()}", ErrorFile())
    assert row.nominee == read_row(GOOD)


@pytest.mark.parametrize(
    "header",
    ["", "nik", HEADER_LINE.replace(",", ";"), HEADER_LINE + ",note", HEADER_LINE[:-7],
     HEADER_LINE.replace("nik,name", "name,nik"), '"' + HEADER_LINE],
)  # fmt: skip
def test_another_header_is_refused_with_the_right_one(header):
    with pytest.raises(WrongHeader) as refused:
        list(read(f"{header}\n{line()}", ErrorFile()))
    assert HEADER_LINE in refused.value.text.id
    assert HEADER_LINE in refused.value.text.en


@pytest.mark.parametrize("file", [b"", b"  \r\n\t ", b"\n\n"])
def test_a_file_of_nothing_is_empty(file):
    with pytest.raises(EmptyFile):
        decode(file)


@pytest.mark.parametrize("rest", ["", "\n", "\n\n\n", "\n,,,,,,,\n", "\n , ,,,,,,\n\n"])
def test_a_header_without_any_row_is_empty(rest):
    with pytest.raises(EmptyFile):
        list(read(HEADER_LINE + rest, ErrorFile()))


@pytest.mark.parametrize(
    "file",
    [f"{HEADER_LINE}\n{line(name='JOSÉ')}".encode("latin-1"), HEADER_LINE.encode("utf-16"),
     HEADER_LINE.encode() + b"\n\0", b"PK\x03\x04\xff\xfe"],
)  # fmt: skip
def test_another_encoding_is_refused_without_repeating_it(file):
    with pytest.raises(NotUtf8) as refused:
        decode(file)
    shown = "".join(traceback.format_exception(refused.value))
    assert "UnicodeDecodeError" not in shown, "its text would repeat bytes of the file"
    assert str(refused.value) == "not-utf8"


def test_too_many_bytes_or_rows_are_refused(monkeypatch):
    with pytest.raises(FileTooLarge):
        decode(b"x" * (LARGEST_FILE + 1))
    monkeypatch.setattr(reading, "MOST_ROWS", 3)
    assert len(rows_of(*[line()] * 3)[0]) == 3
    with pytest.raises(FileTooLarge):
        rows_of(*[line()] * 4)


WRONG = [
    ({"nik": "317401170895990"}, "nik", "16 angka", "16 digits"),
    ({"nik": "31740117O8959901"}, "nik", "hanya berisi angka", "digits only"),
    ({"nik": "9974011708959901"}, "nik", "bukan kode provinsi", "no province code"),
    ({"nik": "3174013102959901"}, "nik", "bukan tanggal", "no date"),
    ({"nik": "3174011708950000"}, "nik", "0000", "0000"),
    ({"nik": ""}, "nik", "16 angka", "16 digits"),
    ({"name": " "}, "name", "tidak boleh kosong", "must not be empty"),
    ({"name": "N" * 101}, "name", "terlalu panjang", "too long"),
    ({"name": "BUDI 2"}, "name", "tidak berisi angka", "no digits"),
    ({"phone": "12"}, "phone", "", ""),
    ({"employment_status": "raja"}, "employment_status", "tidak dikenal", "Unknown"),
    ({"area": "99"}, "area", "kode provinsi", "code of a province"),
    ({"area": "317"}, "area", "kode provinsi", "code of a province"),
    ({"reason": "r" * (LONGEST_CELL + 1)}, "reason", "terlalu panjang", "too long"),
    ({"sector": "ri\x07tel"}, "sector", "tidak terbaca", "unreadable"),
    ({"reason": "dua\nbaris"}, "reason", "tidak terbaca", "unreadable"),
    ({"name": '=HYPERLINK("http://example.id")'}, "name", "diawali", "begin with"),
    ({"reason": "+1+1"}, "reason", "diawali", "begin with"),
    ({"sector": "-2"}, "sector", "diawali", "begin with"),
    ({"agency_type": "@SUM(A1)"}, "agency_type", "diawali", "begin with"),
    ({"reason": "\tcmd"}, "reason", "diawali", "begin with"),
    ({"phone": "+1234567890"}, "phone", "diawali", "begin with"),
]


@pytest.mark.parametrize(("changes", "column", "said_id", "said_en"), WRONG)
def test_a_wrong_cell_is_named_by_row_and_column_and_never_repeated(
    changes, column, said_id, said_en
):
    (good, wrong), text = rows_of(line(), line(**{"nik": "3174011708959902", **changes}))
    assert good.nominee is not None
    assert (wrong.number, wrong.nominee) == (3, None)
    assert wrong.problem
    (row,) = csv.DictReader(io.StringIO(text))
    assert list(row) == ["row", "column", "masalah", "problem"]
    assert (row["row"], row["column"]) == ("3", column)
    assert said_id in row["masalah"]
    assert said_en in row["problem"]
    value = changes[column].strip()
    assert len(value) < 5 or value not in text


def test_a_phone_number_may_begin_with_the_sign_of_the_country():
    (row,), text = rows_of(line(phone="+62 812-0000-0001"))
    assert (row.nominee.phone, text) == ("+6281200000001", "")
    (row,), _ = rows_of(line(phone=""))
    assert not row.nominee.phone


def test_everything_wrong_with_a_row_is_told_at_once():
    (row,), text = rows_of(line(nik="1", name="", phone="1", employment_status="?", area="?"))
    assert row.problem == "nik-malformed"
    assert [column for _, column in problems(text)] == [
        "nik", "name", "phone", "employment_status", "area",
    ]  # fmt: skip


def test_the_second_row_of_a_nik_is_a_duplicate_however_it_is_written():
    rows, text = rows_of(line(), line(nik="3174.0117.0895.9901"), line(name="X"))
    assert [row.problem for row in rows] == ["", "duplicate-in-list", "duplicate-in-list"]
    assert problems(text) == [("3", "nik"), ("4", "nik")]


def test_a_rejected_row_does_not_make_the_next_one_a_duplicate():
    rows, _ = rows_of(line(name=""), line())
    assert [row.problem for row in rows] == ["name-empty", ""]


def test_empty_lines_count_in_the_numbering_and_nowhere_else():
    rows, _ = rows_of(line(), "", ",,,,,,,", line(nik="3174011708959902"))
    assert [row.number for row in rows] == [2, 5]


@pytest.mark.parametrize("broken", ["a,b", line() + ",more", '"' + line(), "x" * 200_000])
def test_a_line_of_other_columns_is_rejected_and_the_others_stay(broken):
    rows, text = rows_of(line(), broken)
    assert rows[0].nominee is not None
    assert [row.problem for row in rows[1:]] == ["column-count"]
    assert problems(text) == [("3", "")]


def test_an_error_file_has_an_end(monkeypatch):
    monkeypatch.setattr(reading, "MOST_PROBLEMS", 2)
    _, text = rows_of(*[line(name="")] * 5)
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 3
    assert rows[-1]["problem"] == "and 3 further problems"
    assert rows[-1]["masalah"] == "dan 3 masalah lagi"


@given(st.lists(st.text(max_size=30), min_size=1, max_size=12), st.text(max_size=200))
def test_whatever_stands_in_a_row_it_is_read_or_rejected(cells, tail):
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    errors = ErrorFile()
    try:
        rows = list(read(f"{HEADER_LINE}\n{line()}\n{out.getvalue()}{tail}", errors))
    except FileTooLarge:
        return
    assert rows[0].nominee is not None
    assert all(bool(row.problem) is (row.nominee is None) for row in rows)
    assert all(row.problem for row in rows[1:])
