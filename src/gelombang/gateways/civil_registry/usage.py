"""The client of the civil registry's mandatory usage report, "data balikan" (standards §1.5)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from gelombang.gateways.civil_registry.protocol import Use
from gelombang.gateways.partner import OurFault, post
from gelombang.kit.errors import Outage

TIME_OUT_SECONDS = 10.0
LONGEST_ANSWER = 64 * 1024  # bytes
MOST_PER_REPORT = 1_000
DONE = "Success"
ALREADY = "Data sudah pernah dikirim"
_FORBIDDEN = (401, 403)


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who reports. The token never shows."""

    institution: str
    institution_name: str
    token: str = field(repr=False)


class UsageReportClient:
    """Reports over HTTP, to an address of its own."""

    def __init__(self, session: aiohttp.ClientSession, *, url: str, reporter: Reporter) -> None:
        self._session = session
        self._url = url
        self._reporter = reporter

    async def report(self, uses: Sequence[Use]) -> bool:
        """Report a batch; False when the registry had it already, which is as good.

        Raises OurFault, Throttled, or Outage when it did not answer as agreed.
        """
        if not 0 < len(uses) <= MOST_PER_REPORT:
            raise ValueError(f"a report carries 1 to {MOST_PER_REPORT} uses")
        reply = await post(
            self._session, self._url, self._body(uses), name="usage report",
            seconds=TIME_OUT_SECONDS, most=LONGEST_ANSWER,
            headers={"Authorization": f"Bearer {self._reporter.token}"},
        )  # fmt: skip
        if reply.status in _FORBIDDEN:
            raise OurFault(f"status {reply.status}")
        said = _message(reply.raw)
        if (reply.status, said) == (200, DONE):
            return True
        if (reply.status, said) == (400, ALREADY):
            return False
        raise Outage(f"usage report: status {reply.status}")

    def _body(self, uses: Sequence[Use]) -> list[dict[str, Any]]:
        data = [{"NIK": use.nik, "param": [{"CUSTOMER_ID": use.reference}]} for use in uses]
        whose = self._reporter
        return [
            {"id_lembaga": whose.institution, "nama_lembaga": whose.institution_name, "data": data}
        ]


def _message(raw: bytes) -> str | None:
    try:
        found = json.loads(raw)["message"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return found if isinstance(found, str) else None
