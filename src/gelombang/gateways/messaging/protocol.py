"""What the house hands over to be mailed, and what it hears back."""

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from gelombang.kit.errors import Outage


class MailServerAway(Outage):
    """The mail server cannot be reached, or does not take mail from us at the moment."""


class Outcome(StrEnum):
    """What became of one mail."""

    TAKEN = "taken"
    """The server took responsibility for it."""
    UNKNOWN_ADDRESS = "unknown_address"
    """The server says that nobody reads mail at this address: it is not tried again."""
    REFUSED = "refused"
    """The server does not take this mail (5xx), which says nothing about the address."""
    UNSENDABLE = "unsendable"
    """It never left us: SMTP cannot carry such an address."""
    DEFERRED = "deferred"
    """The server asked for patience (4xx)."""
    SILENCE = "silence"
    """The line went dead in the middle of this mail: nobody knows whether it was taken."""
    UNTRIED = "untried"
    """The server was away before this mail's turn."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one person."""

    reference: int
    """The caller's own number, given back with the outcome; it is not sent."""
    to: str = field(repr=False)
    subject: str = field(repr=False)
    body: str = field(repr=False)
    via: str = "email"
    """email, sms or whatsapp."""
    token: str = ""
    """The left half of the Message-ID: the same in every attempt, so that a mail that travels twice
    is one mail for whoever receives it. Empty makes a new one."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The outcome of one mail."""

    reference: int
    outcome: Outcome


class MailGateway(Protocol):
    """Sends chunks of mail, several at a time."""

    @property
    def connections(self) -> int:
        """How many chunks it works on at once."""

    def submit(self, mails: Sequence[Mail]) -> Future[list[Sent]]:
        """Begin to send a chunk; the result has one outcome for every mail and never fails."""
