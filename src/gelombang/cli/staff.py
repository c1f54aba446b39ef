"""`gelombang operators`: accounts of staff, each with a password and the device of a second factor.

Citizens have no password; staff have accounts of Django with one-time codes (TOTP).
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import segno
import typer

from gelombang.cli.database import set_up_django
from gelombang.cli.places import data_directory, write_secret
from gelombang.cli.say import console
from gelombang.kit.errors import HindranceError
from gelombang.settings.environment import load

if TYPE_CHECKING:
    from django.contrib.auth.models import User

app = typer.Typer(help="Accounts of staff, with their second factor.", no_args_is_help=True)
DEMO_FILE = "operators.json"
DEVICE = "default"
PASSWORD_BYTES, KEY_BYTES = 15, 20
# Who works in the demo: one person for the programme, one for each of the other desks, and three
# for the money, since nobody makes, checks and releases the same batch.
DEMO_STAFF: Mapping[str, tuple[str, ...]] = {
    "petugas": ("programme_officer", "programme_director", "operator", "auditor"),
    "layanan": ("support_agent",),
    "dinas": ("agency_officer",),
    "keuangan1": ("finance_maker",),
    "keuangan2": ("finance_checker",),
    "keuangan3": ("finance_releaser",),
}
DEMO_AGENCY = "Dinas Tenaga Kerja Contoh"


class OperatorsError(HindranceError):
    """Something asked of the staff's accounts cannot be done; the text says what to do instead."""


@dataclass(frozen=True, slots=True)
class Account:
    """One member of staff as the demo keeps them."""

    username: str
    password: str
    totp_secret: str  # base32, as authenticator apps take it
    groups: tuple[str, ...]

    @property
    def key(self) -> bytes:
        """The shared secret of the one-time codes."""
        return base64.b32decode(self.totp_secret)

    def code(self, *, at: float) -> str:
        """The one-time code of a Unix instant (real time)."""
        from django_otp.oath import TOTP

        totp = TOTP(self.key)
        totp.time = at
        return f"{totp.token():06d}"


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="user name")],
    group: Annotated[list[str], typer.Option(help="group of the account; may be repeated")],
    *,
    agency: Annotated[str, typer.Option(help="agency of an agency officer")] = "",
) -> None:
    """Add a member of staff; prints a password and the secret for an authenticator app, once."""
    set_up_django()
    account = new_account(name, group, agency=agency)
    save_account(account, is_new=True)
    _show_secret(account)


@app.command()
def demo() -> None:
    """Make the demo's accounts (again) and print them. Only where GELOMBANG_DEMO is set."""
    environment = load()
    if not environment.demo:
        raise OperatorsError("Demo accounts belong to a demo: GELOMBANG_DEMO is not set.")
    set_up_django()
    show_accounts(demo_accounts(environment.data_dir))


@app.command()
def code(name: Annotated[str, typer.Argument(help="user name of a demo account")]) -> None:
    """Print the one-time code that a demo account signs in with now."""
    chosen = os.environ.get("GELOMBANG_DATA_DIR")
    accounts = kept_accounts(data_directory(Path(chosen) if chosen else None))
    if name not in accounts:
        known = ", ".join(sorted(accounts)) or "none; start `gelombang serve` first"
        raise OperatorsError(f"There is no demo account {name}. Known: {known}.")
    console.print(accounts[name].code(at=time.time()))


def new_account(username: str, groups: Sequence[str], *, agency: str = "") -> Account:
    """An account with a password and a secret that nobody has seen. Raises OperatorsError."""
    from gelombang.web.authority import AGENCY_OFFICER, AGENCY_PREFIX, GROUPS

    if unknown := sorted(set(groups) - set(GROUPS)):
        raise OperatorsError(f"No such group: {', '.join(unknown)}. Groups: {', '.join(GROUPS)}.")
    if (AGENCY_OFFICER in groups) != bool(agency):
        raise OperatorsError(f"--agency goes with the group {AGENCY_OFFICER}, and only with it.")
    return Account(
        username=username,
        password=secrets.token_urlsafe(PASSWORD_BYTES),
        totp_secret=base64.b32encode(secrets.token_bytes(KEY_BYTES)).decode("ascii"),
        groups=(*groups, f"{AGENCY_PREFIX}{agency}") if agency else tuple(groups),
    )


def save_account(account: Account, *, is_new: bool = False) -> User:
    """Write the account with its groups and device. Raises OperatorsError for a taken name."""
    from django.contrib.auth.models import Group, User
    from django.db import transaction
    from django_otp.plugins.otp_totp.models import TOTPDevice

    with transaction.atomic():
        user, made = User.objects.get_or_create(username=account.username)
        if is_new and not made:
            raise OperatorsError(f"There is an account {account.username} already.")
        if not user.check_password(account.password):
            user.set_password(account.password)
        user.save()
        user.groups.set([Group.objects.get_or_create(name=name)[0] for name in account.groups])
        TOTPDevice.objects.update_or_create(
            user=user, name=DEVICE, defaults={"key": account.key.hex(), "confirmed": True}
        )
    return user


def demo_accounts(directory: Path) -> list[Account]:
    """The demo's accounts, written to the database; their secrets stay in a file of mode 0600."""
    accounts = kept_accounts(directory)
    for username, groups in DEMO_STAFF.items():
        if username not in accounts:
            agency = DEMO_AGENCY if username == "dinas" else ""
            accounts[username] = new_account(username, groups, agency=agency)
    kept = {
        name: {"password": a.password, "totp_secret": a.totp_secret, "groups": list(a.groups)}
        for name, a in accounts.items()
    }
    write_secret(directory / DEMO_FILE, json.dumps(kept, indent=1))
    for account in accounts.values():
        save_account(account)
    return list(accounts.values())


def kept_accounts(directory: Path) -> dict[str, Account]:
    """The accounts that the demo's file keeps, by name."""
    path = directory / DEMO_FILE
    if not path.is_file():
        return {}
    kept: dict[str, dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return {
        name: Account(
            username=name,
            password=str(values["password"]),
            totp_secret=str(values["totp_secret"]),
            groups=tuple(values["groups"]),
        )
        for name, values in kept.items()
    }


def show_accounts(accounts: Sequence[Account]) -> None:
    """Print the demo's accounts; the codes come from `gelombang operators code NAME`."""
    for account in accounts:
        console.print(f"{account.username}: password {account.password}")
        console.print(f"  codes from the secret {account.totp_secret}")
        console.print(f"  {', '.join(account.groups)}")
    console.print("A code to sign in with: gelombang operators code petugas")


def provisioning_uri(account: Account) -> str:
    """The address that an authenticator app reads from a QR code."""
    label = f"Gelombang:{account.username}"
    return f"otpauth://totp/{label}?secret={account.totp_secret}&issuer=Gelombang"


def _show_secret(account: Account) -> None:
    console.print(f"user:     {account.username}")
    console.print(f"password: {account.password}")
    console.print(f"secret:   {account.totp_secret}")
    console.print(provisioning_uri(account))
    segno.make(provisioning_uri(account), micro=False).terminal(border=2, compact=True)
    console.print("This is shown once. Give it to the person and clear the screen.")
