#!/usr/bin/env python3
"""Attack a dump of the database as a thief would, who has no keys.

    python attack_dump.py DUMP.sql --born 1995-08-17 --district 317401 [--sex male|female]

A NIK is guessable: whoever knows where and when somebody was born has 9,999 serials to try. This
tries each of them against everything in the dump that looks like a digest: plain and salted hashes
(the salts of the dump's own rows, and common words), MACs with keys that are no secret, and the
number itself. It also looks for blind indexes that stand in columns of two purposes, by which
records of one person could be joined without knowing who it is.

Python 3.11 and its standard library. The answer is JSON; the status is 1 when something was found.
"""

import argparse
import base64
import hashlib
import hmac
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

WOMANS_DAY = 40
LAST_SERIAL = 9_999
HASHES = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_256", "blake2b", "blake2s")
SALTED = ("md5", "sha1", "sha256", "sha512")
COMMON_SALTS = ("", "salt", "nik", "NIK", "gelombang", "prakerja", "person", "nomination",
                "lifetime", "family_card", "blind-index", "pepper", "secret")  # fmt: skip
MOST_SALTS = 24  # with those of the dump's own short values
SHORTEST_DIGEST = 16  # bytes; a shorter value matches by accident
COPY = re.compile(r"^COPY (?:\w+\.)?\"?(\w+)\"? \((.+)\) FROM stdin;$")
HEX = re.compile(r"[0-9a-fA-F]{32,}")
INDEX = "_index"
# Columns of two names and one purpose: a person's confirmed NIK, a linked account.
ONE_PURPOSE = ({"nik_index", "person_index"}, {"account_index", "held_index"})


@dataclass(frozen=True)
class Value:
    """A value of the dump that may be a digest, and where it stands."""

    table: str
    column: str
    raw: bytes


def columns_of(dump: Path) -> Iterator[tuple[str, str, str]]:
    """(table, column, text) of every value in the COPY sections of a plain dump."""
    table, names = "", []
    with dump.open(encoding="utf-8", errors="surrogateescape") as lines:
        for line in lines:
            text = line.rstrip("\n")
            if found := COPY.match(text):
                table, names = found[1], [name.strip(' "') for name in found[2].split(",")]
            elif text == r"\.":
                table = ""
            elif table:
                for name, value in zip(names, text.split("\t"), strict=True):
                    if value != r"\N":
                        yield table, name, value


def digests(text: str) -> Iterator[bytes]:
    """The bytes that a text may stand for: bytea, hexadecimal, base64."""
    if text.startswith(r"\\x"):
        yield bytes.fromhex(text[3:])
        return
    for found in HEX.findall(text):
        yield bytes.fromhex(found[: len(found) // 2 * 2])
    if re.fullmatch(r"[A-Za-z0-9+/_-]{22,}={0,2}", text):
        plain = text.rstrip("=").replace("-", "+").replace("_", "/")
        try:
            yield base64.b64decode(plain + "=" * (-len(plain) % 4))
        except ValueError:
            return


def candidates(district: str, born: date, sexes: tuple[str, ...]) -> Iterator[str]:
    """Every NIK that somebody born there on that day can have."""
    for sex in sexes:
        day = born.day + (WOMANS_DAY if sex == "female" else 0)
        head = f"{district}{day:02d}{born:%m%y}"
        yield from (f"{head}{serial:04d}" for serial in range(1, LAST_SERIAL + 1))


def guesses(nik: str, salts: list[bytes]) -> Iterator[tuple[str, bytes]]:
    """What a careless programme might have stored for a NIK, and how it is made."""
    plain = nik.encode()
    for name in HASHES:
        once = hashlib.new(name, plain)
        yield name, once.digest()
        yield f"{name} twice", hashlib.new(name, once.digest()).digest()
        yield f"{name} of its hexadecimal", hashlib.new(name, once.hexdigest().encode()).digest()
    for salt in salts:
        for name in SALTED:
            yield f"{name} with a salt before it", hashlib.new(name, salt + plain).digest()
            yield f"{name} with a salt behind it", hashlib.new(name, plain + salt).digest()
    for key in (*salts, b"", bytes(16), bytes(32), plain):
        yield "an HMAC whose key is no secret", hmac.digest(key, plain, "sha256")


def read(dump: Path) -> tuple[list[Value], list[bytes], set[str]]:
    """The values that look like digests, what may be a salt, and all plain numbers."""
    values: list[Value] = []
    salts, numbers = {word.encode() for word in COMMON_SALTS}, set()
    for table, column, text in columns_of(dump):
        numbers.update(re.findall(r"[0-9]{16}", text))
        for raw in digests(text):
            numbers.update(each.decode() for each in re.findall(rb"[0-9]{16}", raw))
            if len(raw) >= SHORTEST_DIGEST:
                values.append(Value(table, column, raw))
        if "salt" in column and len(salts) < MOST_SALTS:
            salts.add(bytes.fromhex(text[3:]) if text.startswith(r"\\x") else text.encode())
    return values, sorted(salts), numbers


def recovered(values: list[Value], salts: list[bytes], niks: Iterator[str]) -> list[dict[str, str]]:
    """Where a stored value is what one of the guesses makes, or begins with it, or ends so."""
    by_start: dict[bytes, list[Value]] = defaultdict(list)
    for value in values:
        for start in {0, 1, max(0, len(value.raw) - 32)}:
            by_start[value.raw[start : start + SHORTEST_DIGEST]].append(value)
    found = []
    for nik in niks:
        for how, digest in guesses(nik, salts):
            found += [
                {"nik": nik, "how": how, "where": f"{each.table}.{each.column}"}
                for each in by_start.get(digest[:SHORTEST_DIGEST], ())
            ]
    return found


def joinable(values: list[Value]) -> list[dict[str, object]]:
    """Blind indexes that stand in columns of two purposes: by them records become one person."""
    places: dict[bytes, set[tuple[str, str]]] = defaultdict(set)
    for value in values:
        places[value.raw].add((value.table, value.column))
    shared: dict[tuple[str, ...], int] = defaultdict(int)
    for where in places.values():
        names = {column for _, column in where}
        is_one = len(names) == 1 or any(names <= group for group in ONE_PURPOSE)
        if not is_one and any(name.endswith(INDEX) for name in names):
            shared[tuple(sorted(f"{table}.{column}" for table, column in where))] += 1
    return [{"columns": list(columns), "values": count} for columns, count in shared.items()]


def main(words: list[str] | None = None) -> int:
    """Attack, print what was found, and say by the status whether it was anything."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("dump", type=Path, help="a plain dump (pg_dump, format p)")
    parser.add_argument("--born", type=date.fromisoformat, required=True)
    parser.add_argument("--district", required=True, help="six digits")
    parser.add_argument("--sex", choices=("male", "female"), action="append")
    asked = parser.parse_args(words)
    values, salts, numbers = read(asked.dump)
    niks = list(candidates(asked.district, asked.born, tuple(asked.sex or ("male", "female"))))
    plain = sorted(numbers.intersection(niks))
    report = {
        "tried": len(niks),
        "against": len(values),
        "in_plain": plain,
        "recovered": recovered(values, salts, iter(niks)),
        "joinable": joinable(values),
    }
    print(json.dumps(report, indent=1))
    return 1 if plain or report["recovered"] or report["joinable"] else 0


if __name__ == "__main__":
    sys.exit(main())
