"""An invented employment insurer: ClrTKByFieldScore, the DCI registry, and news of lost work.

`POST /_admin/people` seeds NDJSON, `PUT /_admin/contract` sets quota and account states,
`POST /_admin/notify` {"nik", "end_reason", "end_date"} ends somebody's employment and sends the
signed news to the programme, or to the address in "url".
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
from aiohttp import web

from gelombang.gateways.dci.client import VERSION
from gelombang.gateways.dci.fake import FakeDciRegistry
from gelombang.gateways.dci.fake_trust import FakeTrust
from gelombang.gateways.employment.client import (
    API,
    CONTRACT_WORDS,
    FOUND,
    NOT_FOUND,
    QUOTA_WORDS,
    Account,
)
from gelombang.gateways.employment.news import INSURER, TERMINATED
from gelombang.gateways.employment.protocol import band_of
from gelombang.gateways.employment.status import RECORD_TYPE, REG_TYPE
from gelombang.gateways.faults import SWAPPED
from gelombang.gateways.likeness import likeness
from gelombang.gateways.quota import DayQuota
from gelombang.kit import clock

WANTED = frozenset("nik name sex birth_date membership monthly_wage".split())
_LETTER_OF_SEX = {"male": "L", "female": "P"}
_ALIKE = 85  # percent, from which the invented insurer takes two names for one
NEWS_PATH = "/api/v1/dci/registry/notify"  # ours
PADDING = "  "  # as the real one pads some of its words


@dataclass(frozen=True, slots=True)
class Contract:
    """What the insurer allows us."""

    daily_quota: int = 2_000_000
    in_force: bool = True
    user_active: bool = True


@dataclass
class FakeEmploymentInsurer:
    """The insurer's application, with its books in `data_dir`."""

    data_dir: Path
    account: Account
    trust: FakeTrust = field(default_factory=FakeTrust)
    contract: Contract = field(default_factory=Contract)
    news_url: str = ""
    """Where the programme takes news; empty where nobody says."""
    receiver_id: str = "gelombang"
    """How the programme is called in messages."""

    def __post_init__(self) -> None:
        """Open the books."""
        self.registry = FakeDciRegistry(
            data_dir=self.data_dir, name="employment", reg_type=REG_TYPE, record_type=RECORD_TYPE,
            wanted=WANTED, records=_records, trust=self.trust,
        )  # fmt: skip
        self.partner, self.books = self.registry.partner, self.registry.books
        self.seed = self.registry.seed
        self._quota = DayQuota()
        self._checks = 0

    def application(self) -> web.Application:
        """The aiohttp application."""
        app = self.registry.application()
        app.router.add_post(f"/api/{API}", self._score)
        app.router.add_put("/_admin/contract", self._set_contract)
        app.router.add_post("/_admin/notify", self._notify)
        return app

    async def _score(self, request: web.Request) -> web.Response:
        if not self._is_us(request):
            return web.json_response({"ret": "-1", "msg": "Unauthorized"}, status=401)
        if refused := self._refuse():
            return web.json_response({"ret": "-1", "msg": refused})
        try:
            asked = json.loads(await request.read())["data"]
            nik = str(asked["nomorIdentitas"])
        except (ValueError, KeyError, TypeError):
            return web.json_response({"ret": "-9", "msg": "parameter tidak lengkap"})
        if self.partner.happens(self.partner.faults.swap) and (other := self.books.other_than(nik)):
            request[SWAPPED] = True
            return web.json_response(self._compared(other, asked))
        person = self.books.read(nik)
        version = json.dumps(asked, sort_keys=True)
        self.partner.note_answer(request, nik, version)
        if person is None or person["membership"] == "never":
            return web.json_response({"ret": NOT_FOUND, "msg": "data tidak ditemukan"})
        return web.json_response(self._compared(person, asked))

    def _is_us(self, request: web.Request) -> bool:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        try:
            head, body, signature = token.split(".")
            header, payload = _opened(head), _opened(body)
            given = base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
        except (ValueError, TypeError):
            return False
        mac = hmac.new(self.account.secret.encode(), f"{head}.{body}".encode(), hashlib.sha256)
        wanted_header = {"typ": "JWT", "alg": "HS256", "pwd": self.account.password}
        wanted = {
            "username": self.account.user,
            "reqId": request.headers.get("X-Req-Id"),
            "api": API,
        }
        expired = self.partner.faults.expire_tokens
        same = (header, payload) == (wanted_header, wanted)
        return same and not expired and hmac.compare_digest(mac.digest(), given)

    def _refuse(self) -> str | None:
        if not self.contract.in_force:
            return CONTRACT_WORDS
        if not self.contract.user_active:
            return "User Anda non aktif, hubungi administrator."
        today = clock.now().astimezone(clock.WIB).date()
        return None if self._quota.spend(today, self.contract.daily_quota) else QUOTA_WORDS

    def _compared(self, person: Mapping[str, Any], asked: Mapping[str, Any]) -> dict[str, Any]:
        self._checks += 1
        day, month, year = (person["birth_date"].split("-")[n] for n in (2, 1, 0))
        same = {
            "namaLengkap": likeness(person["name"], str(asked.get("namaLengkap"))) >= _ALIKE,
            "nomorIdentitas": person["nik"] == asked.get("nomorIdentitas"),
            "tglLahir": f"{day}-{month}-{year}" == asked.get("tglLahir"),
            "jenisKelamin": _LETTER_OF_SEX.get(person["sex"]) == asked.get("jenisKelamin"),
            "paket": person["membership"] == "active",
            "blthUpah": person["membership"] == "active",
        }
        score = {name: ("" if yes else "TIDAK ") + "SESUAI" + PADDING for name, yes in same.items()}
        score |= {"handphone": "", "email": "", "namaPerusahaan": ""}
        score["upahRange"] = band_of(int(person["monthly_wage"])) + PADDING
        check_id = f"{clock.now():%y%m%d}{self._checks:08d}"
        return {"ret": FOUND, "msg": "Sukses", "score": score, "CHECK_ID": check_id}

    async def _set_contract(self, request: web.Request) -> web.Response:
        wanted = await request.json()
        if unknown := sorted(set(wanted) - {each.name for each in fields(Contract)}):
            return web.json_response({"unknown": unknown}, status=422)
        self.contract = replace(Contract(), **wanted)
        return web.json_response(asdict(self.contract))

    async def _notify(self, request: web.Request) -> web.Response:
        said = await request.json()
        person = self.books.read(str(said["nik"]))
        if person is None:
            return web.json_response({"problem": "nobody of this NIK"}, status=404)
        if not (url := said.get("url", self.news_url)):
            return web.json_response({"problem": "no address to send it to"}, status=422)
        ended = {"end_reason": said["end_reason"], "end_date": said["end_date"]}
        self.seed([{**person, **ended, "membership": "inactive"}])
        news = self.news(str(said["nik"]))
        try:
            async with aiohttp.ClientSession() as session, session.post(url, json=news) as answer:
                told = {"status": answer.status, "answer": await answer.json(content_type=None)}
        except (aiohttp.ClientError, ValueError):
            return web.json_response({"problem": "nobody answered there as agreed"}, status=502)
        return web.json_response(told)

    def news(self, nik: str) -> dict[str, Any]:
        """The signed message that somebody's employment ended. Raises TypeError for nobody."""
        moment = clock.real_now().isoformat()
        person = self.books.read(nik)
        if person is None:
            raise TypeError("nobody of this NIK")
        header = {
            "version": VERSION,
            "message_id": str(uuid4()),
            "message_ts": moment,
            "action": "notify",
            "sender_id": INSURER,
            "receiver_id": self.receiver_id,
            "total_count": 1,
            "is_msg_encrypted": False,
        }
        day = clock.now().astimezone(clock.WIB).date().isoformat()
        event = {
            "reference_id": hashlib.sha256(f"{nik}|{person['end_date']}".encode()).hexdigest()[:32],
            "timestamp": moment,
            "data": {
                "version": VERSION,
                "reg_type": REG_TYPE,
                "reg_event_type": TERMINATED,
                "reg_record_type": RECORD_TYPE,
                "reg_records": _records(person, day),
            },
        }
        message = {"transaction_id": str(uuid4()), "notify_event": [event]}
        return {
            "signature": self.trust.sign(header, message), "header": header, "message": message
        }  # fmt: skip


def _opened(part: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def _records(person: Mapping[str, Any], day: str) -> list[dict[str, Any]]:
    return [
        {
            "nik": person["nik"],
            "membership": person["membership"],
            "last_contribution_month": person.get("last_contribution_month"),
            "end_reason": person.get("end_reason"),
            "end_date": person.get("end_date"),
            "employer_hash": person.get("employer_hash"),
            "as_of": day,
        }
    ]
