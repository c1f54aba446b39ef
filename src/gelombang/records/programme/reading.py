"""A table of a programme file, read key by key; every mistake is kept with its key path."""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from gelombang.kit.words import Text

MOST_COUNT = 2_000_000_000
MOST_RUPIAH = 10**15

# What each type is called towards people; bool comes first, since True is an int to Python.
_NAMES: tuple[tuple[type, Text], ...] = (
    (bool, Text(id="true atau false", en="true or false")),
    (int, Text(id="bilangan bulat", en="a whole number")),
    (float, Text(id="bilangan pecahan", en="a decimal number")),
    (str, Text(id="teks", en="text")),
    (datetime, Text(id="tanggal dengan jam", en="an instant")),
    (date, Text(id="tanggal", en="a date")),
    (dict, Text(id="tabel", en="a table")),
    (list, Text(id="daftar", en="a list")),
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake. A warning lets the file pass; `line` is known for syntax errors only."""

    key_path: str
    message: Text
    line: int | None = None
    is_warning: bool = False


@dataclass(slots=True)
class Problems:
    """All mistakes found so far."""

    found: list[Problem] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    """Top-level keys in which something is missing or of a wrong type: not fit to be judged."""

    def add_broken(self, key_path: str, message: Text) -> None:
        """Note a missing or mistyped key."""
        self.broken.add(re.split(r"[.\[]", key_path)[0])
        self.found.append(Problem(key_path, message))

    def add(self, key_path: str, *, id: str, en: str, **slots: Any) -> None:  # noqa: A002
        """Note a mistake; `id` and `en` may have slots."""
        self.found.append(Problem(key_path, Text(id=id, en=en).fill(**slots)))

    def warn(self, key_path: str, *, id: str, en: str, **slots: Any) -> None:  # noqa: A002
        """Note something to think about that stops nothing."""
        self.found.append(Problem(key_path, Text(id=id, en=en).fill(**slots), is_warning=True))

    @property
    def stop(self) -> bool:
        """Whether any of them is more than a warning."""
        return any(not problem.is_warning for problem in self.found)


def type_name(value: Any) -> Text:
    """What people call the type of a value."""
    exact = value if isinstance(value, type) else type(value)
    return next((name for kind, name in _NAMES if exact is kind), Text(id="lain", en="other"))


class Table:
    """One table of the file. Each method takes a key; `close` reports what nobody asked for.

    A missing or wrong key is noted and answered with a harmless value, so that one reading finds
    every mistake of the file.
    """

    def __init__(self, content: Mapping[str, Any], path: str, problems: Problems) -> None:
        self.content = content
        self.path = path
        self.problems = problems
        self.asked: list[str] = []

    def at(self, key: str) -> str:
        """The key path of a key of this table."""
        return f"{self.path}.{key}" if self.path else key

    def _take(self, key: str, kind: type, *, required: bool) -> Any:
        self.asked.append(key)
        if key not in self.content:
            if required:
                self.problems.add_broken(self.at(key), Text(id="belum ada", en="is missing"))
            return None
        value = self.content[key]
        if type(value) is kind:
            return value
        wanted, found = type_name(kind), type_name(value)
        message = Text(id="harus {wanted}, bukan {found}", en="must be {wanted}, not {found}")
        self.problems.add_broken(
            self.at(key),
            Text(
                id=message.id.format(wanted=wanted.id, found=found.id),
                en=message.en.format(wanted=wanted.en, found=found.en),
            ),
        )
        return None

    def text(self, key: str, *, default: str | None = None) -> str:
        """Text that is not empty."""
        value = self._take(key, str, required=default is None)
        if value is not None and not value.strip():
            self.problems.add(self.at(key), id="tidak boleh kosong", en="may not be empty")
        if value is not None and not value.isprintable():
            self.problems.add(self.at(key), id="memuat tanda yang tidak tampak",
                              en="holds characters that cannot be seen")  # fmt: skip
        return value or default or ""

    def both(self, key: str) -> Text:
        """A sentence in both languages: `{ id = "…", en = "…" }`."""
        inner = self.table(key)
        sentence = Text(id=inner.text("id"), en=inner.text("en"))
        inner.close()
        return sentence

    def whole(
        self, key: str, *, least: int = 1, most: int = MOST_COUNT, default: int | None = None
    ) -> int:
        """A whole number within bounds."""
        value = self._take(key, int, required=default is None)
        if value is None:
            return least if default is None else default
        if value < least:
            self.problems.add(
                self.at(key), id="harus {least} atau lebih, bukan {value}",
                en="must be {least} or more, not {value}", least=least, value=value,
            )  # fmt: skip
        if value > most:
            self.problems.add(
                self.at(key), id="paling banyak {most}, bukan {value}",
                en="must be at most {most}, not {value}", most=most, value=value,
            )  # fmt: skip
        return int(value)

    def yes_or_no(self, key: str, *, default: bool | None = None) -> bool:
        """A plain yes or no, written out unless it has a default."""
        value = self._take(key, bool, required=default is None)
        return bool(default if value is None else value)

    def day(self, key: str, *, required: bool = True) -> date | None:
        """A local date such as 2020-04-11."""
        value: date | None = self._take(key, date, required=required)
        return value

    def instant(self, key: str, *, required: bool = True) -> datetime | None:
        """An instant with its zone, such as 2020-04-11T19:00:00+07:00."""
        value: datetime | None = self._take(key, datetime, required=required)
        if value is not None and value.tzinfo is None:
            self.problems.add(
                self.at(key), id="perlu zona waktu, misalnya +07:00 untuk WIB",
                en="needs its zone, e.g. +07:00 for WIB",
            )  # fmt: skip
            return None
        return value

    def choice(self, key: str, allowed: Iterable[str], *, default: str | None = None) -> str:
        """One of a few words."""
        words = tuple(allowed)
        value = self._take(key, str, required=default is None)
        if value is None:
            return default or words[0]
        if value not in words:
            self.problems.add(
                self.at(key), id="“{value}” tidak dikenal{hint_id}; pilihannya: {words}",
                en="“{value}” is not known{hint_en}; choose from: {words}",
                value=value, words=", ".join(words), **_hint(value, words),
            )  # fmt: skip
        return str(value)

    def words(self, key: str) -> tuple[str, ...]:
        """A list of texts; absent means none."""
        values = self._take(key, list, required=False) or []
        for number, value in enumerate(values):
            if not isinstance(value, str):
                self.problems.add(f"{self.at(key)}[{number}]", id="harus teks", en="must be text")
        return tuple(value for value in values if isinstance(value, str))

    def table(self, key: str, *, required: bool = True) -> "Table":
        """A table inside this one; where it may be absent, every key of it has a default."""
        return Table(self._take(key, dict, required=required) or {}, self.at(key), self.problems)

    def tables(self, key: str, *, required: bool = True) -> Iterator["Table"]:
        """The tables of a list, each closed after it was read."""
        values = self._take(key, list, required=required) or []
        if required and key in self.content and not values:
            self.problems.add(self.at(key), id="tidak boleh kosong", en="may not be empty")
        for number, value in enumerate(values):
            path = f"{self.at(key)}[{number}]"
            if not isinstance(value, dict):
                self.problems.add_broken(path, Text(id="harus tabel", en="must be a table"))
                continue
            inner = Table(value, path, self.problems)
            yield inner
            inner.close()

    def close(self) -> None:
        """Note every key that nobody asked for, with the nearest known one."""
        for key in self.content:
            if key not in self.asked:
                self.problems.add(
                    self.at(key), id="kunci ini tidak dikenal{hint_id}",
                    en="this key is not known{hint_en}", **_hint(key, self.asked),
                )  # fmt: skip


def _hint(word: str, known: Iterable[str]) -> dict[str, str]:
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    if not near:
        return {"hint_id": "", "hint_en": ""}
    return {
        "hint_id": f" (maksud Anda “{near[0]}”?)",
        "hint_en": f" (did you mean “{near[0]}”?)",
    }
