"""The operator of the wave: signs in at the desk with two factors, and presses its buttons."""

import asyncio
import base64
import hmac
import re
import struct
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha1

from gelombang.kit.clock import WIB
from gelombang.rehearsal.load import Caller
from gelombang.rehearsal.paper import Browser, Form, Page

REASON = "Gladi hari pembukaan: sesuai jadwal gelombang"
_CODE_SECONDS = 30
_SIGN_IN_TRIES = 3
_DIGITS = 6
_OK = 200


class DeskUnfit(Exception):
    """A page of the desk is not what an operator needs; the text names the page."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a member of staff signs in with."""

    username: str
    password: str = field(repr=False)
    secret: str = field(repr=False)
    """Base32, as authenticator apps take it."""


class Operator:
    """One member of staff with a browser of their own."""

    def __init__(self, caller: Caller, *, origin: str) -> None:
        self._browser = Browser(caller, step="desk", origin=origin)
        self._is_signed_in = False

    async def sign_in(self, credentials: Credentials) -> None:
        """Password and one-time code, unless signed in already. Raises DeskUnfit.

        A code serves once: when an outage swallowed the answer, the next code is waited for.
        """
        for _ in range(_SIGN_IN_TRIES):
            if self._is_signed_in:
                return
            self._is_signed_in = await self._try_to_sign_in(credentials)
            if not self._is_signed_in:
                await asyncio.sleep(_CODE_SECONDS - time.time() % _CODE_SECONDS)
        if not self._is_signed_in:
            raise DeskUnfit("signing in at the desk did not work")

    async def _try_to_sign_in(self, credentials: Credentials) -> bool:
        page = await self._browser.open("/meja/masuk")
        typed = {
            "username": credentials.username,
            "password": credentials.password,
            "kode": one_time_code(credentials.secret, at=time.time()),
        }
        after = await self._send(page, "/meja/masuk", typed)
        return after.status == _OK and after.path != "/meja/masuk"

    async def set_quota(self, wave_id: str, *, quota: int, opens_at: datetime) -> str:
        """Give a planned wave other places, its calendar unchanged; the refusal, or nothing."""
        opens = f"{opens_at.astimezone(WIB):%Y-%m-%dT%H:%M}"
        return await self._press(wave_id, "buka", quota=str(quota), opens_at=opens)

    async def freeze(self, wave_id: str) -> str:
        """Freeze the candidates of a closed wave; the refusal in words, or nothing."""
        return await self._press(wave_id, "bekukan")

    async def draw(self, wave_id: str) -> str:
        """Draw a frozen wave; the refusal in words, or nothing."""
        return await self._press(wave_id, "undi")

    async def open(self, path: str) -> Page:
        """Open a page of the desk."""
        return await self._browser.open(path)

    async def press(self, form: Form, typed: Mapping[str, str]) -> Page:
        """Send a form of the desk with what was typed."""
        return await self._browser.send(form, typed)

    async def _press(self, wave_id: str, what: str, **more: str) -> str:
        """Open the page of the action, type the wave's name and a reason, send."""
        path = f"/meja/gelombang/{wave_id}/{what}"
        page = await self._browser.open(path)
        if page.form_to(path) is None:
            return f"{what}: no form yet ({page.status})"
        after = await self._send(page, path, {"gelombang": wave_id, "alasan": REASON, **more})
        return "" if after.status == _OK and after.path != path else f"{what}: {after.status}"

    async def _send(self, page: Page, action: str, typed: dict[str, str]) -> Page:
        form = page.form_to(action)
        if form is None:
            raise DeskUnfit(f"{page.path} has no form to {action}")
        return await self._browser.send(form, typed)


def read_credentials(username: str, spoken: str) -> Credentials:
    """The credentials of a new account as `gelombang operators add` prints them."""
    said = dict(re.findall(r"^(password|secret):\s+(\S+)$", spoken, re.MULTILINE))
    if set(said) != {"password", "secret"}:
        raise DeskUnfit("`gelombang operators add` printed no password and secret")
    return Credentials(username, said["password"], said["secret"])


def one_time_code(secret: str, *, at: float) -> str:
    """The time-based one-time code (RFC 6238: SHA-1, 30 seconds, six digits) of a base32 secret."""
    counter = struct.pack(">Q", int(at) // _CODE_SECONDS)
    digest = hmac.digest(base64.b32decode(secret), counter, sha1)
    offset = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**_DIGITS:0{_DIGITS}d}"
