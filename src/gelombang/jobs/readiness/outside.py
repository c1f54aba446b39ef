"""Looking outside of the database: disk, keys, mail server, partners, and what files say."""

from __future__ import annotations

import shutil
import smtplib
import socket
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from gelombang.gateways.payments.account import load_key, read_private_key
from gelombang.jobs.readiness.rules import Stamp
from gelombang.kit import tokens
from gelombang.kit.sealing import Keyring, SealBroken, seal, unseal
from gelombang.records.programme.readiness import rehearsals_in

if TYPE_CHECKING:
    from gelombang.settings.environment import Environment

KNOCK_SECONDS = 3.0
"""Real time that a server outside has to take a connection."""
IMPLICIT_TLS_PORT = 465
USUAL_PORTS: Mapping[str, int] = {"https": 443, "http": 80}
NOBODY = UUID(int=0)


def free_bytes(place: Path) -> int:
    """Free bytes of the file system that holds `place`."""
    return shutil.disk_usage(place).free


def mail_answer(environment: Environment) -> int:
    """The mail server's answer to EHLO; 0 where it does not answer in time."""
    host, port = environment.smtp_host, environment.smtp_port
    kind = smtplib.SMTP_SSL if port == IMPLICIT_TLS_PORT else smtplib.SMTP
    try:
        with kind(host, port, timeout=KNOCK_SECONDS) as server:
            return server.ehlo()[0]
    except (OSError, smtplib.SMTPException):
        return 0


def partner_addresses(environment: Environment) -> dict[str, str]:
    """The address of every partner that this system is set up with, by its code."""
    return {
        "civil_registry": environment.civil_registry_url,
        "education": environment.education_url,
        "social_aid": environment.social_aid_url,
        "beacon": environment.beacon_url,
        **{code: account.base_url for code, account in environment.payment_accounts.items()},
    }


def knock(addresses: Iterable[str]) -> list[bool]:
    """Whether each address takes a TCP connection, all tried side by side."""
    with ThreadPoolExecutor(max_workers=8, thread_name_prefix="readiness") as pool:
        return list(pool.map(_takes_connections, addresses))


def _takes_connections(address: str) -> bool:
    parts = urlsplit(address)
    port = parts.port or USUAL_PORTS.get(parts.scheme, 0)
    try:
        with socket.create_connection((parts.hostname or "", port), timeout=KNOCK_SECONDS):
            return True
    except OSError:
        return False


def broken_keys(environment: Environment, *, real_now: datetime) -> list[str]:
    """The keys that do not open what they sealed, or do not vouch for what they signed."""
    keyring = environment.keyring
    broken = [f"sealing {key}" for key in keyring.sealing if not _opens(keyring, key)]
    broken += [
        f"token {key}" for key in keyring.tokens if not _signs(keyring, key, real_now=real_now)
    ]
    if not _payment_key_signs(environment):
        broken.append("payment")
    return broken


def _opens(keyring: Keyring, key_id: int) -> bool:
    own = replace(keyring, sealing_current=key_id)
    try:
        return unseal(own, seal(own, "uji", purpose="readiness"), purpose="readiness") == "uji"
    except SealBroken:
        return False


def _signs(keyring: Keyring, key_id: int, *, real_now: datetime) -> bool:
    own = replace(keyring, tokens_current=key_id)
    later = datetime.fromtimestamp(int(real_now.timestamp()) + 60, UTC)
    written = tokens.door_pass(own, person_id=NOBODY, expires_at=later)
    try:
        return tokens.read_door_pass(own, written, real_now=real_now) == NOBODY
    except (tokens.TokenForged, tokens.TokenExpired):
        return False


def _payment_key_signs(environment: Environment) -> bool:
    key = load_key(read_private_key(environment.payment_private_key.get_secret_value()))
    said = b"readiness"
    try:
        key.public_key().verify(key.sign(said, PKCS1v15(), SHA256()), said, PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    return True


def file_stamp(path: Path | None) -> Stamp | None:
    """When a file was touched last; None where there is none."""
    if path is None or not path.is_file():
        return None
    return Stamp(datetime.fromtimestamp(path.stat().st_mtime, UTC))


def rehearsal_stamps(path: Path) -> list[Stamp]:
    """What rehearsals left, each kind and scale once; nothing that cannot be read."""
    try:
        said = rehearsals_in(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [
        Stamp(
            datetime.fromisoformat(each["ended_at"]),
            clean=each["clean"],
            name=each["rehearsal"],
            people=each["people"],
        )
        for each in said
    ]
