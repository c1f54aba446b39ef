"""The client of Dukcapil's CALL_VERIFY_BY_ELEMEN, in its wire format (standards §1.2)."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from gelombang.gateways.civil_registry.protocol import (
    ABOUT_THE_PERSON,
    ABOUT_US,
    Elements,
    Match,
    RegistryAnswer,
    ResponseCode,
)
from gelombang.gateways.partner import OurFault, OutsideHours, QuotaSpent, read_at_most
from gelombang.kit.errors import Outage

METHOD = "CALL_VERIFY_BY_ELEMEN"
TIME_OUT_SECONDS = 10.0
LONGEST_ANSWER = 64 * 1024  # bytes; an element comparison is below one kilobyte
_COMPARED = re.compile(r"^(Sesuai|Tidak Sesuai)(?: \((\d{1,3})\))?$")
_WORD_OF_SEX = {"male": "Laki-Laki", "female": "Perempuan"}
WIRE_NAMES = {
    "nik": "NIK",
    "family_card_no": "NO_KK",
    "name": "NAMA_LGKP",
    "birth_place": "TMPT_LHR",
    "birth_date": "TGL_LHR",
    "sex": "JENIS_KLMIN",
    "province": "NO_PROP",
}


@dataclass(frozen=True, slots=True)
class Account:
    """Who we are to the registry. The password never shows."""

    customer: str
    user: str
    password: str = field(repr=False)
    ip: str


class CivilRegistryClient:
    """Asks over HTTP; one session carries many questions at a time."""

    def __init__(
        self, session: aiohttp.ClientSession, *, base_url: str, account: Account, threshold: int
    ) -> None:
        self._session = session
        self._url = f"{base_url.rstrip('/')}/dukcapil/get_json/{account.customer}/{METHOD}"
        self._account = account
        self._threshold = threshold

    async def compare(self, stated: Elements) -> RegistryAnswer:
        """Compare what somebody stated with the registry.

        Raises QuotaSpent, OutsideHours, OurFault, or Outage when it did not answer as agreed.
        """
        raw = await self._post(self._body(stated))
        return read_answer(raw)

    def _body(self, stated: Elements) -> dict[str, str]:
        return {
            "USER_ID": self._account.user,
            "PASSWORD": self._account.password,
            "IP_USER": self._account.ip,
            "TRESHOLD": str(self._threshold),  # the registry's own spelling
            "NIK": stated.nik,
            "NO_KK": stated.family_card_no,
            "NAMA_LGKP": stated.name,
            "TMPT_LHR": stated.birth_place,
            "TGL_LHR": stated.birth_date.strftime("%d-%m-%Y"),
            "JENIS_KLMIN": _WORD_OF_SEX[stated.sex],
            "NO_PROP": stated.province,
        }

    async def _post(self, body: Mapping[str, str]) -> bytes:
        limit = aiohttp.ClientTimeout(total=TIME_OUT_SECONDS)
        try:
            async with self._session.post(
                self._url,
                json=body,
                timeout=limit,
                allow_redirects=False,  # the body is for nobody else
            ) as answer:
                raw = await read_at_most(answer, LONGEST_ANSWER)
                status = answer.status
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            # The class alone: the text of an HTTP error may carry what was sent.
            raise Outage(f"civil registry: {type(error).__name__}") from None
        if status != 200:  # noqa: PLR2004 it answers 200 even for its own errors
            raise Outage(f"civil registry: status {status}")
        if len(raw) > LONGEST_ANSWER:
            raise Outage("civil registry: an answer without end")
        return raw


def read_answer(raw: bytes) -> RegistryAnswer:
    """The answer in `raw`, the body of a response.

    Raises QuotaSpent, OutsideHours, OurFault by its code, and Outage for anything that is not
    exactly what the contract describes. No text of the partner reaches an exception.
    """
    content, quota = _first_row(raw)
    digest = hashlib.sha256(raw).hexdigest()
    code = content.get("RESPONSE_CODE")
    if code is None or code == ResponseCode.FOUND:
        matches = _matches(content)
        return RegistryAnswer(ResponseCode.FOUND, matches, digest, quota)
    if not isinstance(code, str):
        raise Outage("civil registry: not the agreed JSON")
    if code in ABOUT_THE_PERSON:
        return RegistryAnswer(code, {}, digest, quota)
    if code == ResponseCode.QUOTA_SPENT:
        raise QuotaSpent("civil registry: code 05")
    if code == ResponseCode.OUTSIDE_HOURS:
        raise OutsideHours("civil registry: code 06")
    if code in ABOUT_US:
        raise OurFault(f"code {ResponseCode(code).value} ({ResponseCode(code).name.lower()})")
    raise Outage("civil registry: a code that says nothing about the person")


def _first_row(raw: bytes) -> tuple[Mapping[str, Any], int | None]:
    try:
        answer = json.loads(raw)
        content = answer["content"][0]
        quota = answer.get("quotaLimiter")
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
        raise Outage("civil registry: not the agreed JSON") from None
    if not isinstance(content, Mapping):
        raise Outage("civil registry: not the agreed JSON")
    return content, quota if isinstance(quota, int) else None


def _matches(content: Mapping[str, Any]) -> dict[str, Match]:
    matches = {}
    for name, wire_name in WIRE_NAMES.items():
        value = content.get(wire_name)
        found = _COMPARED.match(value) if isinstance(value, str) else None
        if found is None:
            raise Outage(f"civil registry: no comparison of {wire_name}")
        score = int(found[2]) if found[2] else None
        if score is not None and score > 100:  # noqa: PLR2004 percent
            raise Outage(f"civil registry: an impossible score of {wire_name}")
        matches[name] = Match(agrees=found[1] == "Sesuai", score=score)
    return matches
