"""Whether people receive social aid, through DCI (standards §2.6)."""

from collections.abc import Sequence

import aiohttp

from gelombang.gateways.dci.client import NO_TRUST, DciClient, Registry, as_of
from gelombang.gateways.dci.protocol import Found, Holding, NotAnswered
from gelombang.gateways.dci.trust import Trust

REG_TYPE = "ns:org:RegistryType:Social"
RECORD_TYPE = "SRPerson"


class SocialAidClient:
    """Asks the social registry. Household and decile are not kept: no rule of ours needs them."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        base_url: str,
        sender_id: str,
        trust: Trust = NO_TRUST,
    ) -> None:
        registry = Registry("social aid", REG_TYPE, RECORD_TYPE, sender_id, "social_aid")
        self._dci = DciClient(session, base_url=base_url, registry=registry, trust=trust)

    async def holding(self, niks: Sequence[str]) -> Sequence[Holding | NotAnswered]:
        """Whether each person receives aid, in the order of `niks`. Raises OurFault or Outage."""
        return [_read(each) for each in await self._dci.search(niks)]


def _read(found: Found | NotAnswered) -> Holding | NotAnswered:
    if isinstance(found, NotAnswered):
        return found
    programmes = [record.get("programmes") for record in found.records]
    if not all(isinstance(each, list) for each in programmes):
        return NotAnswered("a record without its programmes")
    receives = any(programmes)
    negative = "no_aid" if programmes else "not_found"
    code = "aid_received" if receives else negative
    return Holding(receives, code, as_of(found.records), found.answer_sha256)
