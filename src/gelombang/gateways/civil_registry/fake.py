"""An honest invented Dukcapil: it compares seeded people, and refuses as the real one does.

Every business answer has status 200. Day quotas and hours of access run by virtual time in WIB.
`POST /_admin/people` seeds NDJSON, `PUT /_admin/contract` sets quota, hours, account states and
how refusals are worded. A swapped answer is that to the call before, or about another person.
"""

import ipaddress
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from aiohttp import web

from gelombang.gateways.books import Books
from gelombang.gateways.civil_registry.client import CORRELATION, METHOD, WIRE_NAMES, Account
from gelombang.gateways.civil_registry.fake_usage import PATH, UsageDesk
from gelombang.gateways.civil_registry.protocol import TEXTS, ResponseCode
from gelombang.gateways.faults import SWAPPED, FaultyPartner
from gelombang.gateways.likeness import likeness
from gelombang.gateways.meter import Meter
from gelombang.gateways.quota import DayQuota
from gelombang.kit import clock

_CODE_OF_STATUS = {
    "deceased": ResponseCode.DECEASED,
    "duplicate": ResponseCode.DUPLICATE,
    "inactive": ResponseCode.INACTIVE,
    "not_processable": ResponseCode.NOT_PROCESSABLE,
}
_SEX = {"Laki-Laki": "male", "Perempuan": "female"}
_FUZZY = {"NAMA_LGKP": "name", "TMPT_LHR": "birth_place"}
_WANTED = frozenset("nik family_card_no name sex birth_place birth_date province status".split())


@dataclass(frozen=True, slots=True)
class Contract:
    """What the registry allows us."""

    daily_quota: int = 2_000_000
    opens: str = "00:00"  # WIB
    closes: str = "24:00"  # WIB
    institution_active: bool = True
    user_active: bool = True
    calls_per_second: int = 0  # that the meter holds us to; 0 keeps what it has
    text_name: str = "RESPON"  # other installations say RESPONSE
    with_codes: bool = True  # and some say the text alone

    def is_open(self, at: datetime) -> bool:
        """Whether the virtual instant lies in the hours of access."""
        spoken = at.astimezone(clock.WIB).strftime("%H:%M")
        return self.opens <= spoken < self.closes


@dataclass
class FakeCivilRegistry:
    """The registry's application, with its books in `data_dir`."""

    data_dir: Path
    account: Account
    contract: Contract = field(default_factory=Contract)
    usage_token: str = "gelombang"  # noqa: S105 that usage reports come with

    def __post_init__(self) -> None:
        """Open the books."""
        self.partner = FaultyPartner(beside=(PATH.strip("/"),))
        self.books = Books(self.data_dir / "dukcapil.sqlite3")
        self._quota = DayQuota()
        self._before: web.Response | None = None
        self.usage = UsageDesk(self.data_dir / "dukcapil_usage.sqlite3", self.usage_token)

    def application(self) -> web.Application:
        """The aiohttp application."""
        app = self.partner.application()
        app.router.add_post(f"/dukcapil/get_json/{{customer}}/{METHOD}", self._compare)
        app.router.add_post("/_admin/people", self._seed)
        app.router.add_delete("/_admin/people", self._forget)
        app.router.add_put("/_admin/contract", self._set_contract)
        self.usage.add_routes(app)
        return app

    def seed(self, people: Iterable[Mapping[str, Any]]) -> int:
        """Write people into the books; how many. Raises ValueError for an incomplete one."""
        return self.books.write(_complete(person) for person in people)

    async def _compare(self, request: web.Request) -> web.Response:
        try:
            asked = json.loads(await request.read())
        except ValueError:
            asked = None
        if not isinstance(asked, dict):
            return self._refuse(ResponseCode.INCOMPLETE)
        refused = self._refuse_caller(request.match_info["customer"], asked)
        answer = self._refuse(refused) if refused else self._look_up(request, asked)
        if CORRELATION in request.headers:
            answer.headers[CORRELATION] = request.headers[CORRELATION]
        before, self._before = self._before, answer
        if SWAPPED in request and before is not None and self.partner.happens(0.5):
            return web.Response(body=before.body, headers=before.headers)
        return answer

    def _refuse_caller(self, customer: str, asked: Mapping[str, Any]) -> ResponseCode | None:
        if not all(asked.get(key) for key in ("USER_ID", "PASSWORD", "IP_USER")):
            return ResponseCode.EMPTY_CREDENTIALS
        if (asked["USER_ID"], asked["PASSWORD"]) != (self.account.user, self.account.password):
            return ResponseCode.LOGIN_FAILED
        if asked["IP_USER"] != self.account.ip:
            known = _is_address(str(asked["IP_USER"]))
            return ResponseCode.IP_MISMATCH if known else ResponseCode.IP_INVALID
        if customer != self.account.customer or not self.contract.institution_active:
            return ResponseCode.INSTITUTION_INACTIVE
        return self._refuse_request(asked)

    def _refuse_request(self, asked: Mapping[str, Any]) -> ResponseCode | None:
        if not self.contract.user_active:
            return ResponseCode.USER_INACTIVE
        if not asked.get("NIK") or not str(asked.get("TRESHOLD", "")).isdecimal():
            return ResponseCode.INCOMPLETE
        at = clock.now()
        if not self.contract.is_open(at):
            return ResponseCode.OUTSIDE_HOURS
        if not self._quota.spend(at.astimezone(clock.WIB).date(), self.contract.daily_quota):
            return ResponseCode.QUOTA_SPENT
        return None

    def _look_up(self, request: web.Request, asked: Mapping[str, Any]) -> web.Response:
        nik = str(asked["NIK"])
        if not (len(nik) == 16 and nik.isdecimal()):  # noqa: PLR2004 digits of a NIK
            return self._refuse(ResponseCode.NOT_ITS_FORMAT)
        if self.partner.happens(self.partner.faults.swap) and (other := self.books.other_than(nik)):
            request[SWAPPED] = True
            return self._answer(compare(other, asked))
        person = self.books.read(nik)
        if person is None or person["status"] != "not_processable":
            self.partner.note_answer(request, nik, version=_version(asked))
        if person is None:
            return self._refuse(ResponseCode.NOT_FOUND)
        if person["status"] in _CODE_OF_STATUS:
            return self._refuse(_CODE_OF_STATUS[person["status"]])
        return self._answer(compare(person, asked))

    def _refuse(self, code: ResponseCode) -> web.Response:
        said = {self.contract.text_name: TEXTS[code]}
        return self._answer(
            {**said, "RESPONSE_CODE": code.value} if self.contract.with_codes else said
        )

    def _answer(self, row: Mapping[str, str]) -> web.Response:
        body = {
            "content": [row],
            "lastPage": True,
            "numberOfElements": 1,
            "sort": None,
            "totalElements": 1,
            "firstPage": True,
            "number": 0,
            "size": 1,
            "quotaLimiter": max(self.contract.daily_quota - self._quota.used, 0),
        }
        return web.json_response(body)

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

    async def _set_contract(self, request: web.Request) -> web.Response:
        wanted = await request.json()
        known = {each.name for each in fields(Contract)}
        if unknown := sorted(set(wanted) - known):
            return web.json_response({"unknown": unknown}, status=422)
        self.contract = replace(Contract(), **wanted)
        if self.contract.calls_per_second:
            self.partner.meter = Meter(calls_per_second=self.contract.calls_per_second)
        return web.json_response(asdict(self.contract))


def _version(asked: Mapping[str, Any]) -> str:
    """What of a question is about the person: the same again is asked twice."""
    return "|".join(str(asked.get(wire, "")) for wire in WIRE_NAMES.values())


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def compare(person: Mapping[str, str], asked: Mapping[str, Any]) -> dict[str, str]:
    """What the registry says to each element that was asked, and to no other."""
    threshold = int(asked["TRESHOLD"])
    truth = {wire: person[name] for name, wire in WIRE_NAMES.items()}
    said = {}
    for wire in WIRE_NAMES.values():
        if wire not in asked:
            continue
        if wire in _FUZZY:
            score = likeness(truth[wire], str(asked[wire]))
            said[wire] = f"{_word(agrees=score >= threshold)} ({score})"
        else:
            said[wire] = _word(agrees=truth[wire] == _as_kept(wire, str(asked[wire])))
    return said


def _word(*, agrees: bool) -> str:
    return "Sesuai" if agrees else "Tidak Sesuai"


def _as_kept(wire: str, value: str) -> str:
    if wire == "JENIS_KLMIN":
        return _SEX.get(value, "")
    if wire == "TGL_LHR":
        day, _, rest = value.partition("-")
        month, _, year = rest.partition("-")
        return f"{year}-{month}-{day}"
    return value


def _complete(person: Mapping[str, Any]) -> Mapping[str, Any]:
    whole = {"status": "active", **person}
    if missing := sorted(_WANTED - whole.keys()):
        raise ValueError(f"a person lacks {', '.join(missing)}")
    return whole
