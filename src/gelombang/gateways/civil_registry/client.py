"""The client of Dukcapil's CALL_VERIFY_BY_ELEMEN, in its wire format (standards §1.2)."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import aiohttp

from gelombang.gateways.civil_registry.protocol import (
    ABOUT_THE_PERSON,
    ABOUT_US,
    OTHER_TEXTS,
    TEXTS,
    Elements,
    Match,
    RegistryAnswer,
    ResponseCode,
)
from gelombang.gateways.partner import OurFault, OutsideHours, QuotaSpent, WrongPerson, post
from gelombang.kit.errors import Outage

METHOD = "CALL_VERIFY_BY_ELEMEN"
TIME_OUT_SECONDS = 10.0
LONGEST_ANSWER = 64 * 1024  # bytes; an element comparison is below one kilobyte
CORRELATION = "X-Correlation-ID"  # an answer that names another call than ours is not used
_COUNTED_BITS = 48  # of a correlation id: the others are random for each client
_CODE_OF_TEXT = {
    text.casefold(): code
    for text, code in (*((text, code) for code, text in TEXTS.items()), *OTHER_TEXTS.items())
}
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
        self._first_id, self._calls = uuid4().int >> _COUNTED_BITS << _COUNTED_BITS, count()

    async def compare(self, stated: Elements) -> RegistryAnswer:
        """Compare what somebody stated with the registry.

        Raises QuotaSpent, OutsideHours, OurFault, WrongPerson, Throttled, or Outage when it did
        not answer as agreed.
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
        asked = str(UUID(int=self._first_id + next(self._calls)))
        reply = await post(
            self._session, self._url, body, name="civil registry", seconds=TIME_OUT_SECONDS,
            most=LONGEST_ANSWER, headers={CORRELATION: asked},
        )  # fmt: skip
        if reply.status != 200:  # noqa: PLR2004 it answers 200 even for its own errors
            raise Outage(f"civil registry: status {reply.status}")
        if reply.headers.get(CORRELATION, asked) != asked:
            raise WrongPerson("civil registry: an answer to another call")
        return reply.raw


def read_answer(raw: bytes) -> RegistryAnswer:
    """The answer in `raw`, the body of a response.

    Raises QuotaSpent, OutsideHours, OurFault by its code, WrongPerson where even the NIK that we
    asked about is said to differ, and Outage for anything that is not exactly what the contract
    describes. No text of the partner reaches an exception.
    """
    content, quota = _first_row(raw)
    digest = hashlib.sha256(raw).hexdigest()
    code = _code(content)
    if code == ResponseCode.FOUND:
        matches = _matches(content)
        # It finds people by their NIK: one that differs is the record of somebody else.
        if not matches["nik"].agrees:
            raise WrongPerson("civil registry: an answer about somebody else")
        return RegistryAnswer(ResponseCode.FOUND, matches, digest, quota)
    if code in ABOUT_THE_PERSON or code == ResponseCode.NOT_PROCESSABLE:
        return RegistryAnswer(code, {}, digest, quota)
    if code == ResponseCode.QUOTA_SPENT:
        raise QuotaSpent("civil registry: code 05")
    if code == ResponseCode.OUTSIDE_HOURS:
        raise OutsideHours("civil registry: code 06")
    if code in ABOUT_US:
        raise OurFault(f"code {ResponseCode(code).value} ({ResponseCode(code).name.lower()})")
    raise Outage("civil registry: a code that says nothing about the person")


def _code(content: Mapping[str, Any]) -> str:
    """The code, or the one that belongs to its text: under RESPON, elsewhere under RESPONSE."""
    code = content.get("RESPONSE_CODE")
    if code is None:
        text = content.get("RESPON", content.get("RESPONSE"))
        if text is None:
            return ResponseCode.FOUND
        found = _CODE_OF_TEXT.get(" ".join(str(text).split()).casefold())
        if found is None:
            raise Outage("civil registry: words that were not agreed")
        return found
    if not isinstance(code, str):
        raise Outage("civil registry: not the agreed JSON")
    return code


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
