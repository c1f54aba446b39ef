"""What a wave and an entry can become, and what is refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from gelombang.kit.errors import Refusal
from gelombang.kit.ids import random_digits
from gelombang.kit.words import Text


class WaveState(StrEnum):
    """Where a wave stands; its instants come from the programme's schedule."""

    PLANNED = "planned"
    """Announced, not yet open."""
    OPEN = "open"
    """People may join until the closing instant."""
    CLOSED = "closed"
    """The closing instant has passed; what arrived before it is entered."""
    VOID = "void"
    """The beacon's round could not be had; a new wave number takes its place."""


WAVE_MOVES: Mapping[str, frozenset[str]] = {
    WaveState.PLANNED: frozenset({WaveState.OPEN}),
    WaveState.OPEN: frozenset({WaveState.CLOSED}),
    WaveState.CLOSED: frozenset({WaveState.VOID}),
    WaveState.VOID: frozenset(),
}


class EntryState(StrEnum):
    """Where one person's entry in one wave stands."""

    JOINED = "joined"
    """In the wave, with a ticket."""
    WITHDRAWN = "withdrawn"
    """Left it again before the close."""
    CARRIED = "carried"
    """A registry had not answered at the freeze; goes on in the next wave (R066)."""


ENTRY_MOVES: Mapping[str, frozenset[str]] = {
    EntryState.JOINED: frozenset({EntryState.WITHDRAWN, EntryState.CARRIED}),
    EntryState.WITHDRAWN: frozenset({EntryState.JOINED}),
    EntryState.CARRIED: frozenset(),
}


class WaveUnknown(Refusal):
    """There is no such wave."""

    status: ClassVar[int] = 404
    sentence: ClassVar[Text] = Text(id="Gelombang {wave} tidak ada.", en="There is no wave {wave}.")


class WaveNotOpen(Refusal):
    """The request arrived before the wave opened (R031)."""

    status: ClassVar[int] = 409
    sentence: ClassVar[Text] = Text(
        id="Gelombang ini belum dibuka ketika permintaan Anda kami terima.",
        en="This wave had not opened when your request reached us.",
    )


class WaveClosed(Refusal):
    """The request arrived at or after the closing instant (R032)."""

    status: ClassVar[int] = 409
    sentence: ClassVar[Text] = Text(
        id="Gelombang ini sudah ditutup. Anda dapat mengikuti gelombang berikutnya.",
        en="This wave has closed. You can join the next one.",
    )


class NotVerified(Refusal):
    """Their identity is not as far as the wave's programme requires (R036, R045)."""

    status: ClassVar[int] = 409
    sentence: ClassVar[Text] = Text(
        id="Identitas Anda belum terkonfirmasi. Setelah terkonfirmasi, gabung lagi sebelum "
        "gelombang ditutup.",
        en="Your identity is not confirmed yet. Once it is, join again before the wave closes.",
    )


class AreaNotOpen(Refusal):
    """The stage of the person's verified area had not opened when the request arrived."""

    status: ClassVar[int] = 409
    sentence: ClassVar[Text] = Text(
        id="Gelombang ini dibuka bertahap menurut daerah. Daerah Anda dibuka {at}.",
        en="This wave opens area by area. Your area opens on {at}.",
    )


class NotJoined(Refusal):
    """There is no entry to withdraw."""

    status: ClassVar[int] = 409
    sentence: ClassVar[Text] = Text(
        id="Anda tidak sedang mengikuti gelombang ini.", en="You are not in this wave."
    )


class WaveStarted(Refusal):
    """Its places are announced and people have joined for them; the quota stays."""

    status: ClassVar[int] = 409
    sentence: ClassVar[Text] = Text(
        id="Kuota tidak dapat diubah lagi setelah gelombang ditutup.",
        en="The quota cannot be changed once the wave has closed.",
    )


class QuotaTooSmall(Refusal):
    """A wave has at least one place."""

    sentence: ClassVar[Text] = Text(id="Kuota paling sedikit 1.", en="A quota is at least 1.")


REFUSALS: dict[str, type[Refusal]] = {
    "wave-unknown": WaveUnknown,
    "wave-not-open": WaveNotOpen,
    "wave-closed": WaveClosed,
    "not-verified": NotVerified,
    "area-not-open": AreaNotOpen,
}
"""What an entry request can be answered with besides an entry, by the code that is stored."""

TICKET_DIGITS = 12


def new_ticket(wave_number: int) -> str:
    """A meaningless public id such as `W01-048821930117` (draw.md); unique by the database."""
    return f"W{wave_number:02d}-{random_digits(TICKET_DIGITS)}"


@dataclass(frozen=True, slots=True)
class Asked:
    """One entry request beside everything that decides it."""

    id: int
    xid: str
    wave_id: str
    person_id: UUID
    received_at: datetime
    number: int | None  # of the wave; None when there is no such wave
    opens_at: datetime | None
    closes_at: datetime | None
    is_before_stage: bool  # of the person's verified area; false where the wave has no stages
    is_verified: bool
    is_stated: bool = False  # an identity that the registry had not contradicted by then
    joins_pending: bool = False  # whether that suffices, by the programme of the wave

    @property
    def meets_the_rule(self) -> bool:
        """Whether the person's identity is as far as the wave's programme requires."""
        return self.is_verified or (self.joins_pending and self.is_stated)


def refusal_of(asked: Asked) -> str:
    """The code of the refusal, or empty when the person enters.

    The stored instant of arrival decides, not the instant at which we get round to it: who came
    before the close is in, however long the queue was.
    """
    if asked.number is None or asked.opens_at is None:
        return "wave-unknown"
    if asked.received_at < asked.opens_at:
        return "wave-not-open"
    if asked.closes_at is not None and asked.received_at >= asked.closes_at:
        return "wave-closed"
    if not asked.meets_the_rule:
        return "not-verified"
    if asked.is_before_stage:
        return "area-not-open"
    return ""
