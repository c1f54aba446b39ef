"""An honest invented DCI registry: envelope checks, batches, a status for each record.

A registry is this class with its kind of record. `POST /_admin/people` seeds NDJSON.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from aiohttp import web

from gelombang.gateways.books import Books
from gelombang.gateways.dci.client import MOST_PER_CALL, VERSION
from gelombang.gateways.dci.fake_trust import FakeTokens, FakeTrust
from gelombang.gateways.faults import ANSWERED, SWAPPED, FaultyPartner
from gelombang.kit import clock

Records = Callable[[Mapping[str, Any], str], list[dict[str, Any]]]
"""Makes the records of a person as the registry shows them, given the day of its data."""

_NEEDED = ("message_id", "message_ts", "action", "sender_id", "total_count")
_LOCALE = re.compile(r"[a-z]{3}")


@dataclass
class FakeDciRegistry:
    """The registry's application, with its books in `data_dir`."""

    data_dir: Path
    name: str  # of its books
    reg_type: str
    record_type: str
    wanted: frozenset[str]  # what a seeded person must say
    records: Records
    trust: FakeTrust = field(default_factory=FakeTrust)
    nobody: Callable[[str, str], list[dict[str, Any]]] = lambda _nik, _day: []
    """What it says of somebody who is not in its books, given NIK and day."""

    def __post_init__(self) -> None:
        """Open the books."""
        self.partner = FaultyPartner()
        self.books = Books(self.data_dir / f"{self.name}.sqlite3")

    def application(self) -> web.Application:
        """The aiohttp application."""
        app = self.partner.application()
        app.router.add_post("/registry/sync/search", self._search)
        self._tokens = FakeTokens(self.trust.account, self.partner)
        self._tokens.add_routes(app)
        app.router.add_post("/_admin/people", self._seed)
        app.router.add_delete("/_admin/people", self._forget)
        return app

    def seed(self, people: Iterable[Mapping[str, Any]]) -> int:
        """Write people into the books; how many. Raises ValueError for an incomplete one."""
        return self.books.write(self._complete(person) for person in people)

    def _complete(self, person: Mapping[str, Any]) -> Mapping[str, Any]:
        if missing := sorted(self.wanted - person.keys()):
            raise ValueError(f"a person lacks {', '.join(missing)}")
        return person

    async def _search(self, request: web.Request) -> web.Response:
        try:
            asked = json.loads(await request.read())
            header, message = asked["header"], asked["message"]
            requests = list(message["search_request"])
            transaction = str(message["transaction_id"])
        except (ValueError, KeyError, TypeError):
            errors = [{"code": "err.request.bad", "message": "not a search message"}]
            return web.json_response({"errors": errors}, status=400)
        if not self._tokens.accepts(request):
            errors = [{"code": "err.request.unauthorized", "message": "no such token"}]
            return web.json_response({"errors": errors}, status=401)
        if reason := self.trust.why_unsigned(asked) or _why_rejected(header, requests):
            return self._reply(header, transaction, [], reason=reason)
        answers = [self._answer(request, each) for each in requests]
        if len(answers) > 1 and self.partner.happens(self.partner.faults.swap):
            request.pop(ANSWERED, None)
            request[SWAPPED] = True
            places = [each["reference_id"] for each in answers]
            for place, each in zip(places[1:] + places[:1], answers, strict=True):
                each["reference_id"] = place
        return self._reply(header, transaction, answers)

    def _answer(self, call: web.Request, request: Mapping[str, Any]) -> dict[str, Any]:
        moment = clock.real_now().isoformat()
        reply = {"reference_id": request.get("reference_id"), "timestamp": moment}
        if reason := self._why_refused(request):
            return {**reply, "status": "rjct", "status_reason_code": reason}
        nik = request["search_criteria"]["query"]["value"]
        person = self.books.read(nik)
        self.partner.note_answer(call, nik)
        day = clock.now().astimezone(clock.WIB).date().isoformat()
        data = {
            "version": VERSION,
            "reg_type": self.reg_type,
            "reg_record_type": self.record_type,
            "reg_records": self.records(person, day) if person else self.nobody(nik, day),
        }
        return {**reply, "status": "succ", "data": data, "locale": "ind"}

    def _why_refused(self, request: Mapping[str, Any]) -> str | None:
        criteria = request.get("search_criteria")
        if not _LOCALE.fullmatch(str(request.get("locale", "ind"))):
            return "rjct.search_criteria.invalid"
        if not isinstance(criteria, dict) or criteria.get("query_type") != "idtype-value":
            return "rjct.search_criteria.invalid"
        if (criteria.get("reg_type"), criteria.get("reg_record_type")) != (
            self.reg_type,
            self.record_type,
        ):
            return "rjct.search_criteria.invalid"
        query = criteria.get("query")
        if not isinstance(query, dict) or query.get("type") != "NIK":
            return "rjct.filter.invalid"
        return None if isinstance(query.get("value"), str) else "rjct.filter.invalid"

    def _reply(
        self,
        asked: Mapping[str, Any],
        transaction: str,
        answers: list[dict[str, Any]],
        *,
        reason: str | None = None,
    ) -> web.Response:
        header = {
            "version": VERSION,
            "message_id": str(uuid4()),
            "message_ts": clock.real_now().isoformat(),
            "action": "on-search",
            "status": "rjct" if reason else "succ",
            "sender_id": asked.get("receiver_id", ""),
            "receiver_id": asked.get("sender_id", ""),
            "total_count": len(answers),
            "completed_count": len(answers),
            "is_msg_encrypted": False,
        }
        if reason:
            header["status_reason_code"] = reason
        message = {
            "transaction_id": transaction,
            "correlation_id": str(uuid4()),
            "search_response": answers,
        }
        signature = self.trust.sign(header, message)
        return web.json_response({"signature": signature, "header": header, "message": message})

    async def _seed(self, request: web.Request) -> web.Response:
        try:
            lines = (await request.text()).splitlines()
            count = self.seed(json.loads(line) for line in lines if line.strip())
        except (ValueError, TypeError) as problem:
            return web.json_response({"problem": str(problem)}, status=422)
        return web.json_response({"written": count, "people": self.books.count()})

    async def _forget(self, _: web.Request) -> web.Response:
        self.books.forget()
        return web.json_response({"people": 0})


def _why_rejected(header: Mapping[str, Any], requests: list[Any]) -> str | None:
    if not isinstance(header, dict) or any(header.get(name) in (None, "") for name in _NEEDED):
        return "rjct.version.invalid" if not isinstance(header, dict) else _missing(header)
    if header["action"] != "search":
        return "rjct.action.not_supported"
    if not _is_instant(header["message_ts"]):
        return "rjct.message_ts.invalid"
    if header["total_count"] != len(requests):
        return "rjct.total_count.invalid"
    if len(requests) > MOST_PER_CALL:
        return "rjct.total_count.limit_exceeded"
    return None


def _missing(header: Mapping[str, Any]) -> str:
    names = {"sender_id": "err.sender_id.invalid", "action": "rjct.action.invalid"}
    first = next(name for name in _NEEDED if header.get(name) in (None, ""))
    return names.get(first, f"rjct.{first}.invalid")


def _is_instant(value: object) -> bool:
    try:
        return datetime.fromisoformat(str(value)).tzinfo is not None
    except ValueError:
        return False
