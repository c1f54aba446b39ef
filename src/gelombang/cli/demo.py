"""The environment of a local system: its own secrets, its own ports, invented partners."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from gelombang.cli.places import write_secret
from gelombang.gateways.dci.fake_trust import invented_public_key
from gelombang.gateways.payments.protocol import BANKS, PARTNERS
from gelombang.gateways.randomness import invented

REGISTRIES = ("education", "social_aid", "employment", "exclusions")
READER = "gelombang_auditor"


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the processes of one local system listen."""

    edge: int
    operator: int
    mail: int
    smtp: int
    fakes: int


def kept_secrets(directory: Path) -> dict[str, str]:
    """The secrets of this directory by variable, made on the first call; the file has mode 0600."""
    path = directory / "secrets.json"
    known: dict[str, str] = json.loads(path.read_text()) if path.is_file() else {}
    complete = {name: known.get(name) or make() for name, make in _MAKERS.items()} | known
    if complete != known:
        write_secret(path, json.dumps(complete, indent=1))
    return complete


def local_environment(
    *, secret: Mapping[str, str], ports: Ports, database_url: str, data_dir: Path, host: str
) -> dict[str, str]:
    """Every variable of a local system, by name. `secret` is what `kept_secrets` gave."""
    fakes = f"http://127.0.0.1:{ports.fakes}"
    shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 only compared
    names = {name: value for name, value in secret.items() if name.startswith("GELOMBANG_")}
    return names | {
        "DATABASE_URL": database_url,
        "GELOMBANG_DATABASE_READONLY_URL": reader_url(database_url, secret["reader_password"]),
        "GELOMBANG_HOST": host,
        "GELOMBANG_PORT": str(ports.edge),
        "GELOMBANG_OPERATOR_PORT": str(ports.operator),
        "GELOMBANG_BASE_URL": f"http://{shown}:{ports.edge}",
        "GELOMBANG_MAIL_PORT": str(ports.mail),
        "GELOMBANG_SMTP_HOST": "127.0.0.1",
        "GELOMBANG_SMTP_PORT": str(ports.smtp),
        "GELOMBANG_FAKES_PORT": str(ports.fakes),
        "GELOMBANG_CIVIL_REGISTRY_URL": f"{fakes}/dukcapil",
        "GELOMBANG_CIVIL_REGISTRY_IP": "127.0.0.1",
        "GELOMBANG_CIVIL_REGISTRY_CUSTOMER": "gelombang",
        "GELOMBANG_EDUCATION_URL": f"{fakes}/pendidikan",
        "GELOMBANG_SOCIAL_AID_URL": f"{fakes}/bansos",
        "GELOMBANG_EMPLOYMENT_URL": f"{fakes}/bpjstk",
        "GELOMBANG_EXCLUSIONS_URL": f"{fakes}/pengecualian",
        "GELOMBANG_CIVIL_REGISTRY_USAGE_URL": f"{fakes}/dukcapil/data-balikan",
        "GELOMBANG_DCI_PARTNERS": json.dumps(
            {name: {"public_key": invented_public_key(name)} for name in REGISTRIES}
        ),
        "GELOMBANG_SMS_URL": f"{fakes}/sms-a",
        "GELOMBANG_SMS2_URL": f"{fakes}/sms-b",
        "GELOMBANG_PAYMENT_PARTNERS": json.dumps(_payment_partners(secret, fakes)),
        "GELOMBANG_BEACON_URL": f"{fakes}/drand",
        "GELOMBANG_WITNESSES": "saksi-1@example.id,saksi-2@example.id",
        "GELOMBANG_DATA_DIR": str(data_dir),
        "GELOMBANG_DEMO": "true",
        **invented.ENVIRONMENT,  # the invented beacon's own chain; a deployment names a public one
    }


def _payment_partners(secret: Mapping[str, str], fakes: str) -> dict[str, dict[str, str]]:
    """Our accounts at the invented partners; OVO's and BNI's write signatures in hexadecimal."""
    return {
        code: {
            "base_url": f"{fakes}/{code}",
            "client_key": f"GELOMBANG-{code.upper()}",
            "client_secret": secret[f"{code}_secret"],
            "partner_id": "gelombang",
            "channel_id": "95001",
            "signature_encoding": "hex" if code in {"ovo", "bni"} else "base64",
            **({"source_account": "0100000099"} if code in BANKS else {}),
        }
        for code in PARTNERS
    }


def reader_url(database_url: str, password: str) -> str:
    """The same database for the auditor's role."""
    parts = urlsplit(database_url)
    place = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{READER}:{password}@{place}").geturl()


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode("ascii")


def _payment_key() -> str:
    """An RSA key as PEM in base64, so that it is one line."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return base64.b64encode(pem).decode("ascii")


def _password() -> str:
    return secrets.token_urlsafe(18)


def _ring() -> str:
    return f"1:{_key()}"


_MAKERS: Mapping[str, Callable[[], str]] = {
    "GELOMBANG_SECRET_KEY": lambda: secrets.token_urlsafe(48),
    "GELOMBANG_SEALING_KEYS": _ring,
    "GELOMBANG_INDEX_KEY": _key,
    "GELOMBANG_TOKEN_KEYS": _ring,
    "GELOMBANG_CIVIL_REGISTRY_USER": lambda: "gelombang",
    "GELOMBANG_CIVIL_REGISTRY_PASSWORD": _password,
    "GELOMBANG_PAYMENT_PRIVATE_KEY": _payment_key,
    "GELOMBANG_DCI_SIGNING_KEY": _key,
    "GELOMBANG_CIVIL_REGISTRY_USAGE_TOKEN": _password,
    "GELOMBANG_SMS_KEY": _password,
    "GELOMBANG_SMS2_KEY": _password,
    "GELOMBANG_MESSAGING_SECRET": lambda: f"whsec_{_key()}",
    "reader_password": _password,
    **{f"{partner}_secret": _password for partner in PARTNERS},
}
