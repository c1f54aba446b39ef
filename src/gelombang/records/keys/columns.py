"""Which columns hold sealed values and blind indexes: those that the models say, and no list."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import connection

from gelombang.store import IndexField, SealedField


@dataclass(frozen=True, slots=True)
class KeyedTable:
    """A table with columns that keys of ours made, and the purpose of each."""

    name: str
    key: str
    """The primary key's column."""
    key_type: str
    sealed: tuple[tuple[str, str], ...]
    at_once: tuple[tuple[str, str], ...]
    """Indexes that follow the frontier."""
    later: tuple[tuple[str, str], ...]
    """Indexes that are wrapped when the frontier has passed."""


def keyed_tables() -> Iterator[KeyedTable]:
    """Every table with such columns, in the order of the installed packages."""
    for model in apps.get_models():
        meta = model._meta  # noqa: SLF001 - Django's documented name
        sealed = [
            (str(f.column), f.purpose) for f in meta.local_fields if isinstance(f, SealedField)
        ]
        indexes = [f for f in meta.local_fields if isinstance(f, IndexField)]
        if not sealed and not indexes:
            continue
        key = meta.pk
        yield KeyedTable(
            name=meta.db_table,
            key=str(key.column),
            key_type=str(key.rel_db_type(connection)),
            sealed=tuple(sealed),
            at_once=tuple((str(f.column), f.purpose) for f in indexes if f.at_once),
            later=tuple((str(f.column), f.purpose) for f in indexes if not f.at_once),
        )
