"""Reading what the database says of every statement, opened with the keys of the system."""

from collections.abc import Iterator
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

from gelombang.gateways.books import Books
from gelombang.kit.sealing import Keyring, unseal
from gelombang.rehearsal.people import IdentityCard
from gelombang.rehearsal.verification.truth import Attested, Stated

_FILES = {"civil_registry": "dukcapil", "education": "education", "social_aid": "social_aid"}
_AT_ONCE = 2_000  # rows


def books_of(data_dir: Path) -> dict[str, Books]:
    """The fakes' own books, by the partner's code."""
    return {code: Books(data_dir / "fakes" / f"{name}.sqlite3") for code, name in _FILES.items()}


def statements(url: str, keyring: Keyring) -> Iterator[Stated]:
    """Every statement in force with its answers. Raises SealBroken."""
    text = (resources.files(__package__) / "sql" / "statements.sql").read_text("utf-8").encode()
    with (
        psycopg.connect(url) as connection,
        connection.cursor("statements", row_factory=dict_row) as cursor,
    ):
        cursor.itersize = _AT_ONCE
        cursor.execute(text)
        for row in cursor:
            yield _stated(row, keyring)


def _stated(row: dict[str, Any], keyring: Keyring) -> Stated:
    def plain(purpose: str) -> str:
        return unseal(keyring, row[f"{purpose}_sealed"], purpose=purpose)

    return Stated(
        card=IdentityCard(
            nik=plain("nik"),
            family_card_no=plain("family_card"),
            name=plain("name"),
            sex="female" if plain("sex") == "female" else "male",
            birth_place=plain("birth_place"),
            birth_date=date.fromisoformat(plain("birth_date")),
            province=plain("province"),
        ),
        state=row["state"],
        open_checks=row["open_checks"],
        answers=tuple(
            Attested(each["kind"], each["verdict"], each["code"], tuple(each["elements"]))
            for each in row["answers"]
        ),
    )
