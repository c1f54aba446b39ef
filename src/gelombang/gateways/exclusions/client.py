"""Whether people stand on an exclusion list, through DCI (standards §2.6).

One hub answers for all lists. A list that it cannot vouch for at the moment makes every "no" of
that answer unknown: an outage of one list must not let its people in.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import aiohttp

from gelombang.gateways.dci.client import NO_TRUST, DciClient, Registry, as_of
from gelombang.gateways.dci.protocol import Found, Holding, NotAnswered
from gelombang.gateways.dci.trust import Trust

REG_TYPE = "ns:id.go.prakerja:RegistryType:Exclusion"
RECORD_TYPE = "ExclusionHit"
LISTS = ("OFFICIALS", "ASN", "TNI", "POLRI")
"""State officials, civil servants, soldiers, police: the codes of the lists."""
NOT_CURRENT = "UNAVAILABLE"  # instead of a list code: `unavailable_list` names the list


class ExclusionsClient:
    """Asks the hub of exclusion lists, many people a call."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        base_url: str,
        sender_id: str,
        trust: Trust = NO_TRUST,
    ) -> None:
        registry = Registry("exclusions", REG_TYPE, RECORD_TYPE, sender_id, "exclusions")
        self._dci = DciClient(session, base_url=base_url, registry=registry, trust=trust)

    async def holding(self, niks: Sequence[str]) -> Sequence[Holding | NotAnswered]:
        """Whether each person stands on a list, in the order of `niks`.

        Raises OurFault, WrongPerson, Throttled or Outage.
        """
        return [_read(each) for each in await self._dci.search(niks)]


def _read(found: Found | NotAnswered) -> Holding | NotAnswered:
    if isinstance(found, NotAnswered):
        return found
    codes = sorted({_list(record) for record in found.records})
    hits = [code for code in codes if code in LISTS]
    if hits:
        return Holding(True, f"on_{hits[0].lower()}", as_of(found.records), found.answer_sha256)
    if NOT_CURRENT in codes:
        return NotAnswered("a list that is not current")
    if codes:
        return NotAnswered("a list that was not agreed")
    return Holding(False, "on_no_list", None, found.answer_sha256)


def _list(record: Mapping[str, Any]) -> str:
    return str(record.get("list_code", ""))
