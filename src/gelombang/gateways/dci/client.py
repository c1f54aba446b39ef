"""The client of DCI's `/registry/sync/search`, in batches (standards §3).

Messages are signed, and so are their answers, where keys are agreed with the registry.

Answers are matched by reference id, and a record about another NIK condemns the whole message:
whoever mixes up one answer may have mixed up all. Never a verdict from such a message.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import uuid4

import aiohttp

from gelombang.gateways.dci.protocol import Found, NotAnswered
from gelombang.gateways.dci.signature import SignatureWrong, check
from gelombang.gateways.dci.token import fetch_token
from gelombang.gateways.dci.trust import Trust
from gelombang.gateways.partner import OurFault, Reply, WrongPerson, post
from gelombang.gateways.tokens import Tokens
from gelombang.kit import clock
from gelombang.kit.errors import Outage

TIME_OUT_SECONDS = 10.0
LONGEST_ANSWER = 16 * 1024**2  # bytes; a thousand people at a few kilobytes each
MOST_PER_CALL = 1000
VERSION = "1.0.0"
NO_TRUST = Trust()
_EXPIRED = 401
_FORBIDDEN = (401, 403)
_REASON = re.compile(r"[a-z]+(?:[._][a-z]+){1,8}")


@dataclass(frozen=True, slots=True)
class Registry:
    """Which registry is asked for what, and who asks."""

    name: str  # in our logs
    reg_type: str
    record_type: str
    sender_id: str
    receiver_id: str


class DciClient:
    """Asks one registry over HTTP."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        base_url: str,
        registry: Registry,
        trust: Trust = NO_TRUST,
    ) -> None:
        self._session = session
        self._base_url = base_url.rstrip("/")
        self._registry = registry
        self._trust = trust
        self._tokens = None if trust.account is None else Tokens(self._fetch_token)

    async def search(self, niks: Sequence[str]) -> list[Found | NotAnswered]:
        """What the registry holds about each NIK, in their order.

        Raises OurFault, WrongPerson, Throttled, or Outage when the whole call was not answered as
        agreed.
        """
        if not 0 < len(niks) <= MOST_PER_CALL:
            raise ValueError(f"a call carries 1 to {MOST_PER_CALL} people")
        transaction = str(uuid4())
        raw = await self._post(self._envelope(transaction, niks))
        return self._read(raw, transaction, niks)

    def _envelope(self, transaction: str, niks: Sequence[str]) -> dict[str, Any]:
        moment = clock.real_now().isoformat()  # stamps of messages are real time
        header = {
            "version": VERSION,
            "message_id": str(uuid4()),
            "message_ts": moment,
            "action": "search",
            "sender_id": self._registry.sender_id,
            "receiver_id": self._registry.receiver_id,
            "total_count": len(niks),
            "is_msg_encrypted": False,
        }
        requests = [
            {
                "reference_id": str(place),
                "timestamp": moment,
                "search_criteria": {
                    "version": VERSION,
                    "reg_type": self._registry.reg_type,
                    "reg_record_type": self._registry.record_type,
                    "query_type": "idtype-value",
                    "query": {"type": "NIK", "value": nik},
                },
                "locale": "ind",
            }
            for place, nik in enumerate(niks)
        ]
        message = {"transaction_id": transaction, "search_request": requests}
        signer = self._trust.signer
        signature = signer.sign(header, message, at=clock.real_now()) if signer else ""
        return {"signature": signature, "header": header, "message": message}

    async def _post(self, body: Mapping[str, Any]) -> bytes:
        token = "" if self._tokens is None else await self._tokens.current()
        reply = await self._send(body, token)
        if reply.status == _EXPIRED and self._tokens is not None:
            # The registry forgot the token early: the next call brings a new one. No second call
            # here, since a permit is for one.
            await self._tokens.other_than(token)
            raise self._outage("the token had expired")
        if reply.status in _FORBIDDEN:
            raise OurFault(f"status {reply.status}")
        if reply.status != 200:  # noqa: PLR2004
            raise self._outage(f"status {reply.status}")
        return reply.raw

    async def _send(self, body: Mapping[str, Any], token: str) -> Reply:
        headers = {"X-Correlation-ID": str(body["header"]["message_id"])}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        return await post(
            self._session, f"{self._base_url}/registry/sync/search", body,
            name=self._registry.name, seconds=TIME_OUT_SECONDS, most=LONGEST_ANSWER,
            headers=headers,
        )  # fmt: skip

    async def _fetch_token(self) -> tuple[str, int]:
        account = self._trust.account
        if account is None:
            raise RuntimeError("no account to ask a token with")
        return await fetch_token(
            self._session, base_url=self._base_url, account=account, name=self._registry.name
        )

    def _read(self, raw: bytes, transaction: str, niks: Sequence[str]) -> list[Found | NotAnswered]:
        try:
            answer = json.loads(raw)
            header, message = answer["header"], answer["message"]
            self._check_signature(answer)
            self._check_header(header)
            if message["transaction_id"] != transaction:
                raise self._stranger("an answer to another call")
            items = {str(item["reference_id"]): item for item in message["search_response"]}
            if len(items) != len(message["search_response"]):
                raise self._outage("one reference answered twice")
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise self._outage("not the agreed JSON") from None
        if items.keys() - {str(place) for place in range(len(niks))}:
            raise self._stranger("an answer that was not asked for")
        return [self._read_item(items.get(str(place)), nik) for place, nik in enumerate(niks)]

    def _check_signature(self, answer: Mapping[str, Any]) -> None:
        key = self._trust.partner_key
        if key is None:
            return
        try:
            check(answer, sender_id=self._registry.receiver_id, key=key, at=clock.real_now())
        except SignatureWrong as wrong:
            raise self._outage(f"an answer that is not signed as agreed ({wrong.code})") from None

    def _check_header(self, header: Mapping[str, Any]) -> None:
        status = header["status"]
        if status == "rjct":
            raise OurFault(f"message rejected ({_reason(header)})")
        if status != "succ":
            raise self._outage("a message without success")

    def _read_item(self, item: Mapping[str, Any] | None, nik: str) -> Found | NotAnswered:
        if item is None:
            return NotAnswered("missing")
        if item.get("status") != "succ":
            return NotAnswered(_reason(item))
        try:
            data = item["data"]
            records = data["reg_records"]
            same = data["reg_type"], data["reg_record_type"]
        except (KeyError, TypeError):
            return NotAnswered("no data")
        if same != (self._registry.reg_type, self._registry.record_type):
            return NotAnswered("another register")
        if not isinstance(records, list) or not all(isinstance(each, dict) for each in records):
            return NotAnswered("no records")
        if any(record.get("nik") != nik for record in records):
            raise self._stranger("records about somebody else")
        digest = hashlib.sha256(json.dumps(item, sort_keys=True).encode()).hexdigest()
        return Found(tuple(records), digest)

    def _outage(self, words: str) -> Outage:
        return Outage(f"{self._registry.name}: {words}")

    def _stranger(self, words: str) -> WrongPerson:
        return WrongPerson(f"{self._registry.name}: {words}")


def _reason(said: Mapping[str, Any]) -> str:
    """Its reason where that has the shape of a code: other text may be about somebody."""
    reason = said.get("status_reason_code")
    agreed = isinstance(reason, str) and _REASON.fullmatch(reason)
    return str(reason) if agreed else "no reason"


def as_of(records: Sequence[Mapping[str, Any]]) -> datetime | None:
    """The state of the registry's data, where its records say one that can be read."""
    stamps = [found for each in records if (found := _instant(each.get("as_of"))) is not None]
    return min(stamps, default=None)


def _instant(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        if len(value) == len("2020-04-11"):
            day = date.fromisoformat(value)
            return datetime(day.year, day.month, day.day, tzinfo=clock.WIB)
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=clock.WIB)
