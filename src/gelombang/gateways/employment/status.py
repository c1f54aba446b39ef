"""Whether people are insured as employees now, through DCI (standards §2.6)."""

from collections.abc import Sequence

import aiohttp

from gelombang.gateways.dci.client import NO_TRUST, DciClient, Registry, as_of
from gelombang.gateways.dci.protocol import Found, Holding, NotAnswered
from gelombang.gateways.dci.trust import Trust

REG_TYPE = "ns:id.go.bpjstk:RegistryType:Employment"
RECORD_TYPE = "EmploymentStatus"
MEMBERSHIPS = frozenset({"active", "inactive", "never"})


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
