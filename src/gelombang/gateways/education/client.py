"""Whether people are at school or university now, through DCI (standards §2.6)."""

from collections.abc import Mapping, Sequence
from typing import Any

import aiohttp

from gelombang.gateways.dci.client import NO_TRUST, DciClient, Registry, as_of
from gelombang.gateways.dci.protocol import Found, Holding, NotAnswered
from gelombang.gateways.dci.trust import Trust

REG_TYPE = "ns:id.go.kemdikbud:RegistryType:Education"
RECORD_TYPE = "EnrolmentStatus"
STAYING = frozenset({"active", "leave"})  # who is on leave comes back: still a student
GONE = frozenset({"graduated", "left"})


class EducationClient:
    """Asks the education hub."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        base_url: str,
        sender_id: str,
        trust: Trust = NO_TRUST,
    ) -> None:
        registry = Registry("education", REG_TYPE, RECORD_TYPE, sender_id, "education")
        self._dci = DciClient(session, base_url=base_url, registry=registry, trust=trust)

    async def holding(self, niks: Sequence[str]) -> Sequence[Holding | NotAnswered]:
        """Whether each person is enrolled, in the order of `niks`. Raises OurFault or Outage."""
        return [_read(each) for each in await self._dci.search(niks)]


def _read(found: Found | NotAnswered) -> Holding | NotAnswered:
    if isinstance(found, NotAnswered):
        return found
    states = {_state(record) for record in found.records}
    if not states <= STAYING | GONE:
        return NotAnswered("a state of enrolment that was not agreed")
    enrolled = bool(states & STAYING)
    negative = "not_enrolled" if states else "not_found"
    code = "enrolled" if enrolled else negative
    return Holding(enrolled, code, as_of(found.records), found.answer_sha256)


def _state(record: Mapping[str, Any]) -> str:
    return str(record.get("status", ""))
