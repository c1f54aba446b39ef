"""`gelombang courses`: check and load the catalogue, list it, call a class off."""

from __future__ import annotations

import getpass
import json
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text as Line

from gelombang.cli.database import set_up_django
from gelombang.cli.programme import FileUnreadableError, show_problems
from gelombang.cli.say import console, errors
from gelombang.kit import clock
from gelombang.kit.errors import Refusal
from gelombang.kit.money import show_count, show_idr

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gelombang.journey.learning.actions.loading import LoadedCatalogue
    from gelombang.journey.learning.catalogue import Catalogue

app = typer.Typer(help="The course catalogue.", no_args_is_help=True)
File = Annotated[Path, typer.Argument(help="a file, e.g. programmes/catalogue-2020.toml")]
Keys = Annotated[
    Path | None,
    typer.Option(
        help="client codes and sign keys; missing ones are made [<data dir>/providers.json]"
    ),
]
KEYS_FILE = "providers.json"
OWNER_ONLY = 0o600
KEY_BYTES = 32


class KeysUnreadableError(RuntimeError):
    """The file of keys cannot be used; the text says why."""


@app.command()
def load(file: File, keys: Keys = None) -> None:
    """Bring the catalogue to what a file says; providers without a key get one."""
    try:
        loaded = load_file(file, keys_file=keys, actor=f"cli:{getpass.getuser()}")
    except (FileUnreadableError, KeysUnreadableError) as error:
        errors.print(Line(str(error), "red"))
        raise typer.Exit(1) from None
    if loaded is None:
        raise typer.Exit(1)
    console.print(
        Line(f"{len(loaded.providers)} lembaga / providers, {len(loaded.courses)} pelatihan / "
             f"courses berubah / changed; {len(loaded.taken_off_sale)} turun / off sale", "green")
    )  # fmt: skip


def load_file(file: Path, *, actor: str, keys_file: Path | None = None) -> LoadedCatalogue | None:
    """Load a catalogue file into this system's database; None when it has mistakes, which it shows.

    `keys_file` (by default `providers.json` in the data directory) maps client codes to sign keys:
    its keys are kept, missing ones are made and written. Raises FileUnreadableError and
    KeysUnreadableError.
    """
    from gelombang.journey.learning import catalogue as reading
    from gelombang.settings.environment import load as load_environment

    checked = reading.check(_text(file))
    show_problems(file, checked.problems)
    if checked.catalogue is None:
        return None
    set_up_django()
    from gelombang.journey.learning import actions

    environment = load_environment()
    place = keys_file or environment.data_dir / KEYS_FILE
    return actions.load_catalogue(
        catalogue=checked.catalogue,
        keys=keep_keys(place, clients_of(checked.catalogue)),
        keyring=environment.keyring,
        actor=actor,
        now=clock.now(),
        real_now=clock.real_now(),
    )


def clients_of(catalogue: Catalogue) -> list[str]:
    """The client codes of a catalogue's providers."""
    return [each.client_code for each in catalogue.providers]


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise FileUnreadableError(f"{file}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise FileUnreadableError(f"{file}: bukan UTF-8 / not UTF-8") from None


def keep_keys(place: Path, clients: Iterable[str]) -> dict[str, str]:
    """The sign keys of a file, with new random ones for clients that it lacks; the file has them.

    Only its owner may read the file. Raises KeysUnreadableError.
    """
    known = _read_keys(place)
    missing = [client for client in clients if client not in known]
    keys = known | {client: secrets.token_hex(KEY_BYTES) for client in missing}
    if missing:
        _write_keys(place, keys)
    return keys


def _read_keys(place: Path) -> dict[str, str]:
    try:
        content = json.loads(place.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise KeysUnreadableError(f"{place}: {type(error).__name__}") from None
    if not isinstance(content, dict) or not all(
        isinstance(each, str) and each for pair in content.items() for each in pair
    ):
        raise KeysUnreadableError(f"{place}: a JSON object of client codes and keys was expected")
    return content


def _write_keys(place: Path, keys: dict[str, str]) -> None:
    """Write beside and rename, so that nobody ever reads half a file."""
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = place.with_name(f".{place.name}.{os.getpid()}")
    beside.unlink(missing_ok=True)
    beside.touch(mode=OWNER_ONLY, exist_ok=False)
    beside.write_text(json.dumps(keys, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    beside.rename(place)


@app.command("list")
def list_courses() -> None:
    """Every course with its price, and how many purchases are unfinished."""
    set_up_django()
    from gelombang.journey.learning import queries

    table = Table("code", "provider", "title", "mode", "price", "unfinished", "completed", "state")
    for each in queries.courses_for_desk():
        course = each.course
        table.add_row(
            course.code,
            course.provider_code,
            Line(course.title.id),
            course.mode,
            show_idr(course.price),
            show_count(each.unfinished),
            show_count(each.purchases.get("completed", 0)),
            _state(is_on_sale=course.is_on_sale, is_cancelled=course.cancelled_at is not None),
        )
    console.print(table if table.row_count else "No catalogue is loaded yet.")


def _state(*, is_on_sale: bool, is_cancelled: bool) -> str:
    if is_cancelled:
        return "cancelled"
    return "on sale" if is_on_sale else "off sale"


@app.command()
def cancel(
    code: Annotated[str, typer.Argument(help="as `courses list` shows it")],
    reason: Annotated[str, typer.Option(help="what buyers are told, in your own words")],
) -> None:
    """Call a class off for ever: its unfinished purchases are given back, with a letter each."""
    set_up_django()
    from gelombang.journey.learning import actions
    from gelombang.settings.environment import load as load_environment

    environment = load_environment()
    try:
        given_back = actions.cancel_course(
            course_code=code,
            reason=reason,
            actor=f"cli:{getpass.getuser()}",
            now=clock.now(),
            real_now=clock.real_now(),
            keyring=environment.keyring,
            base_url=environment.base_url,
        )
    except Refusal as refused:
        errors.print(Line(f"{refused.text.id} / {refused.text.en}", "red"))
        raise typer.Exit(1) from None
    console.print(f"{code}: {show_count(given_back)} pembelian dikembalikan / given back")
