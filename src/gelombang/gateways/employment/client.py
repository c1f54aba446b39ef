"""The client of BPJS Ketenagakerjaan's ClrTKByFieldScore, in its wire format (standards §2.3)."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import uuid4

import aiohttp

from gelombang.gateways.employment.protocol import BANDS, Employee, Membership, NoMembership
from gelombang.gateways.partner import OurFault, QuotaSpent, WrongPerson, post
from gelombang.kit.errors import Outage

API = "ClrTKByFieldScore"
TIME_OUT_SECONDS = 10.0
LONGEST_ANSWER = 64 * 1024  # bytes
PACKAGES = "JHT,JKK,JKM,JPN"
QUOTA_WORDS = "Kuota harian Anda telah habis."
CONTRACT_WORDS = "Masa berlaku PKS belum efektif atau telah berakhir."
INACTIVE_WORDS = "non aktif"
FOUND, NOT_FOUND = "0", "-2"
WIRE_NAMES = {
    "nik": "nomorIdentitas",
    "name": "namaLengkap",
    "sex": "jenisKelamin",
    "birth_date": "tglLahir",
    "packages": "paket",
    "month": "blthUpah",
}
_WORD_OF_SEX = {"male": "L", "female": "P"}
_WORDS: Mapping[str, bool | None] = {"SESUAI": True, "TIDAK SESUAI": False, "": None}
_FORBIDDEN = (401, 403)


@dataclass(frozen=True, slots=True)
class Account:
    """Who we are to the insurer. Password and signing secret never show."""

    user: str
    password: str = field(repr=False)
    secret: str = field(repr=False)


class EmploymentClient:
    """Asks over HTTP; one session carries many questions at a time."""

    def __init__(self, session: aiohttp.ClientSession, *, base_url: str, account: Account) -> None:
        self._session = session
        self._url = f"{base_url.rstrip('/')}/api/{API}"
        self._account = account

    async def score(self, about: Employee, *, month: date) -> Membership | NoMembership:
        """Compare what somebody stated, for the wages of a month.

        Raises QuotaSpent, OurFault, WrongPerson, Throttled, or Outage when it did not answer as
        agreed.
        """
        request_id = uuid4().hex
        token = bearer(self._account, request_id=request_id)
        reply = await post(
            self._session, self._url, {"data": _data(about, month)}, name="employment insurer",
            seconds=TIME_OUT_SECONDS, most=LONGEST_ANSWER,
            headers={"Authorization": f"Bearer {token}", "X-Req-Id": request_id},
        )  # fmt: skip
        if reply.status in _FORBIDDEN:
            raise OurFault(f"status {reply.status}")
        if reply.status != 200:  # noqa: PLR2004
            raise Outage(f"employment insurer: status {reply.status}")
        return read_answer(reply.raw)


def bearer(account: Account, *, request_id: str) -> str:
    """The insurer's JWT: HS256, and the password in the header, as it wants it."""
    header = {"typ": "JWT", "alg": "HS256", "pwd": account.password}
    payload = {"username": account.user, "reqId": request_id, "api": API}
    signed = f"{_part(header)}.{_part(payload)}"
    digest = hmac.new(account.secret.encode(), signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{_base64url(digest)}"


def _part(value: Mapping[str, str]) -> str:
    return _base64url(json.dumps(value, separators=(",", ":")).encode())


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _data(about: Employee, month: date) -> dict[str, str]:
    return {
        "namaLengkap": about.name,
        "nomorIdentitas": about.nik,
        "jenisKelamin": _WORD_OF_SEX[about.sex],
        "tglLahir": about.birth_date.strftime("%d-%m-%Y"),
        "paket": PACKAGES,
        "blthUpah": month.strftime("%m-%Y"),
        "upahRange": "",
        "handphone": "",
        "namaPerusahaan": "",
    }


def read_answer(raw: bytes) -> Membership | NoMembership:
    """The answer in `raw`, the body of a response.

    Raises QuotaSpent, OurFault by the insurer's words, WrongPerson where even the NIK is said to
    differ, and Outage for anything that is not what the contract describes. No text of the insurer
    reaches an exception.
    """
    digest = hashlib.sha256(raw).hexdigest()
    try:
        answer = json.loads(raw)
        code, words = str(answer["ret"]).strip(), str(answer.get("msg", "")).strip()
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Outage("employment insurer: not the agreed JSON") from None
    _refuse_about_us(words)
    if code == NOT_FOUND:
        return NoMembership(digest)
    if code != FOUND:
        raise Outage("employment insurer: a code that says nothing about the person")
    score = answer.get("score")
    if not isinstance(score, Mapping):
        raise Outage("employment insurer: no score")
    agrees = {name: _word(score, wire) for name, wire in WIRE_NAMES.items()}
    if agrees["nik"] is not True:
        raise WrongPerson("employment insurer: an answer about somebody else")
    return Membership(agrees, _band(score), str(answer.get("CHECK_ID", ""))[:40], digest)


def _refuse_about_us(words: str) -> None:
    if words == QUOTA_WORDS:
        raise QuotaSpent("employment insurer: quota spent")
    if words == CONTRACT_WORDS:
        raise OurFault("contract not in force")
    if INACTIVE_WORDS in words.lower():
        raise OurFault("account not active")


def _word(score: Mapping[str, Any], wire: str) -> bool | None:
    word = score.get(wire, "")
    if not isinstance(word, str) or word.strip() not in _WORDS:
        raise Outage(f"employment insurer: no comparison of {wire}")
    return _WORDS[word.strip()]


def _band(score: Mapping[str, Any]) -> str | None:
    band = str(score.get("upahRange") or "").strip()
    if band and band not in BANDS:
        raise Outage("employment insurer: a salary band that was not agreed")
    return band or None
