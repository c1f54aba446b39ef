"""The environment as one typed, frozen object that fails at start with every problem at once.

Secrets have no default. Names start with GELOMBANG_ except where a usual name exists
(DATABASE_URL). `GELOMBANG_SECRETS_DIR` may name a directory with one file per variable.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import (
    AliasChoices,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import NoDecode, SettingsConfigDict

from gelombang.gateways.dci.signature import read_private_key as read_dci_key
from gelombang.gateways.dci.trust import Trust, read_trust
from gelombang.gateways.payments.account import PartnerAccount, read_accounts, read_private_key
from gelombang.kit.errors import HindranceError
from gelombang.kit.sealing import Keyring
from gelombang.settings.messaging import MessagingEnvironment, Port
from gelombang.settings.rings import read_key, read_keys, ring_of

PREFIX = "GELOMBANG_"
KEY_BYTES = 32
REGISTRIES = ("education", "social_aid", "employment", "exclusions")  # that speak DCI
HIGHEST_KEY_ID = 255
Count = Annotated[int, Field(ge=1, le=1000)]


class EnvironmentInvalidError(HindranceError):
    """The environment lacks or garbles something; the text names every variable and why."""


class Environment(MessagingEnvironment):
    """Everything that a process of ours learns from outside, checked before it starts."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="ignore", env_ignore_empty=True
    )

    # Secrets: never a default
    database_url: SecretStr = Field(validation_alias=AliasChoices("DATABASE_URL"))
    """postgresql://user:password@host:port/name of the one database."""
    database_readonly_url: SecretStr
    """The same database as the auditor's role reads it."""
    secret_key: SecretStr = Field(min_length=32)
    """Signs sessions and forms of the house."""
    sealing_keys: SecretStr
    """Keys that seal personal data, `id:base64` separated by commas, the last is current."""
    index_keys: SecretStr | None = None
    """The keys of the blind indexes, written like the sealing keys, oldest first; none leaves."""
    index_key: SecretStr | None = Field(default=None, validate_default=True)
    """The same where there is one key: its 32 bytes in base64, which is then key 1."""
    token_keys: SecretStr
    """Keys that sign links, receipts and door passes, written like the sealing keys."""
    civil_registry_user: SecretStr
    """Our account at the civil registry."""
    civil_registry_password: SecretStr
    """The password of that account."""
    payment_partners: SecretStr
    """Our accounts at the payment partners: a JSON object with one object for each."""
    payment_private_key: SecretStr
    """The RSA key that asks payment partners for tokens: PEM, or PEM in base64 on one line."""

    # Where we are
    base_url: str
    """The address that people reach us by; links in letters start with it."""
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = ()
    """Further host names that we answer to, separated by commas."""
    host: str = "127.0.0.1"
    """The address that our servers listen on."""
    port: Port = 8000
    """Where the edge (front door and house) listens."""
    operator_host: str = "127.0.0.1"
    """The address that health and metrics are served on; the public must not reach it."""
    operator_port: Annotated[int, Field(ge=0, le=65535)] = 8001
    """Where they listen; 0 serves none."""
    mail_port: Port = 8025
    """Where the local mail catcher shows its page."""
    fakes_port: Port = 8090
    """Where `gelombang fakes` serves the invented partners."""
    providers_port: Port = 8091
    """Where the invented training providers of a demo take redeem codes."""
    data_dir: Path
    """Publications, the public funnel and the fakes' books."""
    run_dir: Path | None = None
    """Where processes of an edge say how they stand; unset means `run` in the data directory."""
    programme: Path = Path("programmes/prakerja-2020.toml")
    """The programme file that a demo loads."""
    clock: Path | None = None
    """The file of the virtual clock, shared by every process; unset means real time."""
    demo: bool = False
    """A local demo or rehearsal: an operator may move the clock."""

    # Before the opening
    backup_stamp: Path | None = None
    """The file that the backup job touches when it is done; `gelombang ready` reads its date."""
    rehearsal_stamp: Path | None = None
    """The file in which rehearsals say how they ended; unset: rehearsal.json in the data dir."""

    # Partners
    civil_registry_url: str
    """The civil registry's verification service."""
    civil_registry_ip: str
    """The address that the civil registry knows us by."""
    civil_registry_customer: str
    """The customer id of our contract with the civil registry."""
    education_url: str
    """The education registry."""
    social_aid_url: str
    """The social registry."""
    education_sender: str = "gelombang"
    """Our sender id at the education registry."""
    social_aid_sender: str = "gelombang"
    """Our sender id at the social registry."""
    civil_registry_opens: str = Field(default="", pattern="^(|([01][0-9]|2[0-3]):[0-5][0-9])$")
    """When the civil registry's hours begin (HH:MM, WIB); unset: it is tried again in a while."""
    civil_registry_usage_url: str | None = None
    """Where the civil registry is told how its data was used; unset means that nobody is told."""
    civil_registry_usage_token: SecretStr | None = None
    """The bearer token of that address."""
    civil_registry_institution: str = "gelombang"
    """The id of our institution in those reports."""
    civil_registry_institution_name: str = "Gelombang"
    """Its name there."""
    employment_url: str | None = None
    """The employment insurer's registry; unset means that it is not asked."""
    exclusions_url: str | None = None
    """The hub of exclusion lists; unset means that it is not asked."""
    employment_sender: str = "gelombang"
    """Our sender id at the employment insurer's registry."""
    exclusions_sender: str = "gelombang"
    """Our sender id at the hub of exclusion lists."""
    dci_signing_key: SecretStr | None = None
    """The Ed25519 key (seed in base64) that signs our messages to registries; unset: unsigned."""
    dci_signing_key_id: str = "1"
    """How registries call that key."""
    dci_partners: SecretStr | None = None
    """What is agreed with registries: a JSON object with one object for each."""
    beacon_url: str
    """The public randomness beacon."""
    beacon_chain: str
    """The hash of the beacon's chain, in hexadecimal."""
    beacon_public_key: str
    """The beacon's public key, in hexadecimal."""
    beacon_genesis: int
    """The Unix second of the beacon's first round."""
    beacon_period: int = Field(ge=1)
    """Seconds from one round to the next."""
    witnesses: Annotated[tuple[str, ...], NoDecode] = ()
    """Mail addresses that receive every commitment before its draw, separated by commas."""

    # Limits and logs
    database_connections: Count = 24
    """The most connections that one process (a worker: a thread a sweep) keeps to the database."""
    edge_workers: Count = 1
    """Processes that one edge runs."""
    edge_backpressure: Annotated[int, Field(ge=16, le=65536)] = 4096
    """Connections that one edge process holds at a time, idle ones too; more wait in the kernel."""
    worker_niceness: Annotated[int, Field(ge=0, le=19)] = 10
    """How far a worker steps back for the edge and the database on the machine that they share."""
    calls_niceness: Annotated[int, Field(ge=-20, le=0)] = -15
    """How far a partner's calls go before others, where that is allowed: a late one is not sent."""
    fakes_niceness: Annotated[int, Field(ge=-20, le=0)] = 0
    """The same for invented partners that stand for machines of their own."""
    trusted_proxies: Annotated[int, Field(ge=0, le=10)] = 0
    """Proxies of ours before the edge that write X-Forwarded-For; senders are paced by it."""
    lane_age_seconds: Annotated[float, Field(ge=0, le=3600)] = 30.0
    """How long who sends no proof of work waits with a ticket before the slow lane takes them."""
    log_level: str = "info"
    """debug, info, warning or error."""
    log_format: str = "text"
    """text for people, json for machines."""

    @field_validator("allowed_hosts", "witnesses", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return tuple(part.strip() for part in value.split(",") if part.strip())

    @field_validator("sealing_keys", "token_keys", "index_keys")
    @classmethod
    def _check_ring(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            read_keys(value.get_secret_value())
        return value

    @field_validator("index_key")
    @classmethod
    def _check_index(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        # Both may be set while a system moves from the one name to the other: they must agree.
        ring: SecretStr | None = info.data.get("index_keys")
        if value is None:
            if ring is None and "index_keys" in info.data:
                raise ValueError(f"is missing: set it or {PREFIX}INDEX_KEYS")
            return None
        key = read_key(value.get_secret_value())
        if ring is not None and key != next(iter(read_keys(ring.get_secret_value()).values())):
            raise ValueError(f"is not the first of {PREFIX}INDEX_KEYS")
        return value

    @field_validator("payment_private_key")
    @classmethod
    def _check_payment_key(cls, value: SecretStr) -> SecretStr:
        read_private_key(value.get_secret_value())
        return value

    @field_validator("payment_partners")
    @classmethod
    def _check_payment_partners(cls, value: SecretStr) -> SecretStr:
        read_accounts(value.get_secret_value(), private_key_pem="")
        return value

    @field_validator("dci_signing_key")
    @classmethod
    def _check_signing_key(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            read_dci_key(value.get_secret_value())
        return value

    @field_validator("dci_partners")
    @classmethod
    def _check_registries(cls, value: SecretStr | None) -> SecretStr | None:
        for partner in REGISTRIES if value is not None else ():
            read_trust(_plain(value), partner=partner, sender_id="")
        return value

    @field_validator("database_url", "database_readonly_url")
    @classmethod
    def _check_database(cls, value: SecretStr) -> SecretStr:
        _check_address(value.get_secret_value(), "postgresql", "postgres")
        return value

    @field_validator(
        "base_url", "civil_registry_url", "education_url", "social_aid_url", "beacon_url",
        "civil_registry_usage_url", "employment_url", "exclusions_url",
    )  # fmt: skip
    @classmethod
    def _check_web(cls, value: str | None) -> str | None:
        if value is None:
            return None
        _check_address(value, "http", "https")
        return value.rstrip("/")

    @field_validator("log_level")
    @classmethod
    def _check_level(cls, value: str) -> str:
        return _one_of(value.lower(), "debug", "info", "warning", "error")

    @field_validator("log_format")
    @classmethod
    def _check_format(cls, value: str) -> str:
        return _one_of(value.lower(), "text", "json")

    @property
    def is_secure(self) -> bool:
        """Whether people reach us by https: cookies are then marked secure."""
        return self.base_url.startswith("https://")

    @property
    def door_dir(self) -> Path:
        """Where the door processes of this edge say how they stand; another edge has another."""
        place = self.run_dir or self.data_dir / "run"
        return place / f"{socket.gethostname()}-{self.port}"

    @cached_property
    def keyring(self) -> Keyring:
        """The keys that the kit works with."""
        return ring_of(
            sealing=self.sealing_keys.get_secret_value(),
            index_chain=_plain(self.index_keys),
            index_key=_plain(self.index_key),
            tokens=self.token_keys.get_secret_value(),
        )

    def __getstate__(self) -> dict[Any, Any]:
        """What another process of ours gets: the fields, and nothing that was made of them here."""
        state = super().__getstate__()
        fields = type(self).model_fields
        return {**state, "__dict__": {k: v for k, v in self.__dict__.items() if k in fields}}

    def registry_trust(self, partner: str, *, sender_id: str) -> Trust:
        """What is agreed with a registry that speaks DCI, by its code."""
        return read_trust(
            _plain(self.dci_partners) or "{}", partner=partner, sender_id=sender_id,
            signing_key=_plain(self.dci_signing_key),
            key_id=self.dci_signing_key_id,
        )  # fmt: skip

    @cached_property
    def payment_accounts(self) -> Mapping[str, PartnerAccount]:
        """Our accounts at payment partners by the partner's code."""
        return read_accounts(
            self.payment_partners.get_secret_value(),
            private_key_pem=read_private_key(self.payment_private_key.get_secret_value()),
        )


def _plain(secret: SecretStr | None) -> str:
    return "" if secret is None else secret.get_secret_value()


def _check_address(text: str, *schemes: str) -> None:
    address = urlsplit(text)
    if address.scheme not in schemes or not address.hostname:
        raise ValueError(f"is not an address like {schemes[0]}://host")


def _one_of(value: str, *allowed: str) -> str:
    if value not in allowed:
        raise ValueError(f"is none of {', '.join(allowed)}")
    return value


def variable_name(field: str) -> str:
    """The environment variable of a field of Environment."""
    alias = Environment.model_fields[field].validation_alias
    return str(alias.choices[0]) if isinstance(alias, AliasChoices) else f"{PREFIX}{field.upper()}"


def _problem(error: Mapping[str, Any]) -> str:
    place = str(error["loc"][0])
    name = variable_name(place) if place in Environment.model_fields else place
    if error["type"] == "missing":
        return f"{name} is missing"
    words = str(error["msg"]).removeprefix("Value error, ")
    if words.startswith("is missing"):
        return f"{name} {words}"
    return f"{name}: {words[0].lower()}{words[1:]}"


@lru_cache(maxsize=1)
def load() -> Environment:
    """The checked environment of this process, read once.

    Raises EnvironmentInvalidError, one message with every problem, never with a secret in it.
    """
    return _read()


def check(variables: Mapping[str, str]) -> None:
    """Raise EnvironmentInvalidError if a process with these variables could not start."""
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(variables)
    try:
        _read()
    finally:
        os.environ.clear()
        os.environ.update(before)


def _read() -> Environment:
    directory = os.environ.get(f"{PREFIX}SECRETS_DIR")
    try:
        return Environment(_secrets_dir=directory)
    except ValidationError as error:
        problems = [_problem(dict(each)) for each in error.errors(include_input=False)]
    raise EnvironmentInvalidError(
        "The environment is not complete:\n" + "\n".join(f"  {line}" for line in sorted(problems))
    )
