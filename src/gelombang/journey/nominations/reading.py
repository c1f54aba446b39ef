"""Read an agency's CSV: its encoding, its header, its rows, and the error file about them."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field

from gelombang.journey.nominations.rules import (
    AND_MORE,
    COLUMN_COUNT,
    DUPLICATE,
    HEADER,
    LARGEST_FILE,
    MOST_PROBLEMS,
    MOST_ROWS,
    EmptyFile,
    FileTooLarge,
    Nominee,
    NotUtf8,
    Problem,
    WrongHeader,
    read_row,
)

FIRST_ROW = 2  # as spreadsheets number them: the header is row 1
ERROR_HEADER = ("row", "column", "masalah", "problem")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a list: a nominee, or the code of its first problem."""

    number: int
    nominee: Nominee | None
    problem: str = ""


@dataclass(slots=True)
class ErrorFile:
    """Collects problems as CSV: row, column, problem in both languages; never a value."""

    _lines: list[tuple[object, ...]] = field(default_factory=list)
    _left_out: int = 0

    def note(self, number: int, problem: Problem) -> None:
        """Add one problem, up to the limit; beyond it they are counted."""
        if len(self._lines) >= MOST_PROBLEMS:
            self._left_out += 1
            return
        self._lines.append((number, problem.column, problem.text.id, problem.text.en))

    def text(self) -> str:
        """The file; empty when there was no problem."""
        if not self._lines:
            return ""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(ERROR_HEADER)
        writer.writerows(self._lines)
        if self._left_out:
            more = AND_MORE.fill(count=self._left_out)
            writer.writerow(("", "", more.id, more.en))
        return out.getvalue()


def decode(file: bytes) -> str:
    """The text of an upload, without its byte order mark.

    Raises EmptyFile, FileTooLarge or NotUtf8.
    """
    if len(file) > LARGEST_FILE:
        raise FileTooLarge
    if not file.strip():
        raise EmptyFile
    try:
        text = file.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotUtf8 from None  # its message would repeat bytes of the file
    if "\0" in text:
        raise NotUtf8
    return text


def read(text: str, errors: ErrorFile) -> Iterator[Row]:
    """The rows of a list in their order; what is wrong with them goes to `errors`.

    Raises WrongHeader, EmptyFile (no row with anything in it) or FileTooLarge (too many rows).
    """
    lines = csv.reader(io.StringIO(text, newline=""))
    _check_header(lines)
    seen: set[str] = set()
    is_empty = True
    for number, cells in enumerate(_lines_of(lines), start=FIRST_ROW):
        if number - FIRST_ROW >= MOST_ROWS:
            raise FileTooLarge
        if not any(cell.strip() for cell in cells):
            continue
        is_empty = False
        yield _read_line(number, cells, seen, errors)
    if is_empty:
        raise EmptyFile


def _check_header(lines: Iterator[list[str]]) -> None:
    try:
        header = [cell.strip().lower() for cell in next(lines, [])]
    except csv.Error:
        header = []
    if tuple(header) != HEADER:
        raise WrongHeader(header=",".join(HEADER))


def _lines_of(lines: Iterator[list[str]]) -> Iterator[list[str]]:
    """Every line; one that the CSV reader refuses comes as a line of no columns."""
    while True:
        try:
            yield next(lines)
        except StopIteration:
            return
        except csv.Error:
            yield ["?"]


def _read_line(number: int, cells: list[str], seen: set[str], errors: ErrorFile) -> Row:
    found = _nominee(cells)
    if isinstance(found, Nominee) and found.nik in seen:
        found = [Problem("duplicate-in-list", "nik", DUPLICATE)]
    if isinstance(found, Nominee):
        seen.add(found.nik)
        return Row(number, found)
    for problem in found:
        errors.note(number, problem)
    return Row(number, None, found[0].code)


def _nominee(cells: list[str]) -> Nominee | list[Problem]:
    if len(cells) != len(HEADER):
        return [Problem("column-count", "", COLUMN_COUNT)]
    return read_row(dict(zip(HEADER, cells, strict=True)))
