"""Whether people are insured as employees now, through DCI, and news of lost work (§2.6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import aiohttp

from gelombang.gateways.dci.client import NO_TRUST, DciClient, Registry, as_of
from gelombang.gateways.dci.protocol import Found, Holding, NotAnswered
from gelombang.gateways.dci.signature import SignatureWrong, check
from gelombang.gateways.dci.trust import Trust
from gelombang.kit.errors import Outage

REG_TYPE = "ns:id.go.bpjstk:RegistryType:Employment"
RECORD_TYPE = "EmploymentStatus"
TERMINATED = "EMPLOYMENT_TERMINATED"
MEMBERSHIPS = frozenset({"active", "inactive", "never"})
REASONS = frozenset({"PHK", "resign", "contract_end"})
MOST_EVENTS = 1_000  # in one message


class EmploymentStatusClient:
    """Asks the insurer's registry, many people a call."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        base_url: str,
        sender_id: str,
        trust: Trust = NO_TRUST,
    ) -> None:
        registry = Registry("employment", REG_TYPE, RECORD_TYPE, sender_id, "employment")
        self._dci = DciClient(session, base_url=base_url, registry=registry, trust=trust)

    async def holding(self, niks: Sequence[str]) -> Sequence[Holding | NotAnswered]:
        """Whether each person is employed and insured, in the order of `niks`.

        Raises OurFault, WrongPerson, Throttled or Outage.
        """
        return [_read(each) for each in await self._dci.search(niks)]


def _read(found: Found | NotAnswered) -> Holding | NotAnswered:
    if isinstance(found, NotAnswered):
        return found
    states = {str(record.get("membership", "")) for record in found.records}
    if not states <= MEMBERSHIPS:
        return NotAnswered("a membership that was not agreed")
    employed = "active" in states
    negative = "not_employed" if states else "not_found"
    code = "employed" if employed else negative
    return Holding(employed, code, as_of(found.records), found.answer_sha256)


@dataclass(frozen=True, slots=True, repr=False)
class WorkLost:
    """Somebody's employment ended. Never shown: its repr is the class name."""

    reference: str  # the insurer's, of the event: the same event may be told twice
    nik: str
    reason: str
    end_date: date
    told_at: datetime


def read_events(envelope: Mapping[str, Any], *, trust: Trust, at: datetime) -> list[WorkLost]:
    """The events of a `/registry/notify` message, received at a real instant.

    Raises SignatureWrong for a message that the insurer did not sign as agreed, and Outage for one
    that is not what was agreed: none of its events counts then.
    """
    if trust.partner_key is None:
        raise SignatureWrong("err.signature.missing")  # news that nobody vouches for is none
    check(envelope, sender_id="employment", key=trust.partner_key, at=at)
    try:
        events, action = envelope["message"]["notify_event"], envelope["header"]["action"]
        found = [_event(each) for each in events[:MOST_EVENTS]]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Outage("employment: news that was not agreed") from None
    if action != "notify" or len(found) != len(events):
        raise Outage("employment: news that was not agreed")
    return found


def _event(said: Mapping[str, Any]) -> WorkLost:
    data = said["data"]
    if (data["reg_type"], data["reg_event_type"]) != (REG_TYPE, TERMINATED):
        raise ValueError
    (record,) = data["reg_records"]
    nik, reason = record["nik"], record["end_reason"]
    if len(nik) != 16 or not nik.isdecimal() or reason not in REASONS:  # noqa: PLR2004 digits
        raise ValueError
    told_at = datetime.fromisoformat(said["timestamp"])
    if told_at.tzinfo is None:
        raise ValueError
    return WorkLost(
        str(said["reference_id"]), nik, reason, date.fromisoformat(record["end_date"]), told_at
    )
