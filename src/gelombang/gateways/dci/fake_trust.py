"""Keys and tokens of an invented registry: it checks our signature and token, and signs itself."""

import base64
import hashlib
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from gelombang.gateways.dci.signature import SignatureWrong, Signer, check
from gelombang.gateways.dci.trust import TOKEN_PATH, TokenAccount, read_trust
from gelombang.gateways.faults import FaultyPartner
from gelombang.kit import clock

TOKEN_SECONDS = 900


def invented_key(name: str) -> Ed25519PrivateKey:
    """The signing key of an invented registry: anyone can compute it, as nobody relies on it."""
    seed = hashlib.sha256(f"gelombang invented registry {name}".encode()).digest()
    return Ed25519PrivateKey.from_private_bytes(seed)


def invented_public_key(name: str) -> str:
    """Its public half in base64, as an environment names it."""
    return base64.b64encode(invented_key(name).public_key().public_bytes_raw()).decode()


@dataclass(frozen=True, slots=True)
class FakeTrust:
    """What the invented registry agreed with us; None asks for nothing."""

    signer: Signer | None = None  # it signs with it
    caller_key: Ed25519PublicKey | None = None  # we sign with it
    account: TokenAccount | None = None

    def why_unsigned(self, asked: Mapping[str, Any]) -> str | None:
        """DCI's code for a message that the caller did not sign as agreed; None for one it did."""
        if self.caller_key is None:
            return None
        header = asked.get("header")
        sender = str(header.get("sender_id")) if isinstance(header, Mapping) else ""
        try:
            check(asked, sender_id=sender, key=self.caller_key, at=clock.real_now())
        except SignatureWrong as wrong:
            return wrong.code
        return None

    def sign(self, header: Mapping[str, Any], message: Mapping[str, Any]) -> str:
        """The signature of an answer, empty where none is agreed."""
        return self.signer.sign(header, message, at=clock.real_now()) if self.signer else ""


def fake_trust_of(environment: Mapping[str, str], *, partner: str) -> FakeTrust:
    """The other side of what our environment says about a partner."""
    signing_key = environment.get("GELOMBANG_DCI_SIGNING_KEY", "")
    ours = read_trust(
        environment.get("GELOMBANG_DCI_PARTNERS") or "{}",
        partner=partner, sender_id="", signing_key=signing_key,
    )  # fmt: skip
    return FakeTrust(
        signer=Signer(partner, "1", invented_key(partner)),
        caller_key=ours.signer.key.public_key() if ours.signer else None,
        account=ours.account,
    )


class FakeTokens:
    """Tokens for one account, in memory: a restart forgets them, as partners' restarts do."""

    def __init__(self, account: TokenAccount | None, partner: FaultyPartner) -> None:
        self._account = account
        self._partner = partner
        self._ends_at: dict[str, float] = {}

    def add_routes(self, app: web.Application) -> None:
        """Add the place where tokens are given out."""
        app.router.add_post(TOKEN_PATH, self._issue)

    def accepts(self, request: web.Request) -> bool:
        """Whether a call may be answered."""
        if self._account is None:
            return True
        if self._partner.faults.expire_tokens:
            self._ends_at.clear()
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return time.monotonic() < self._ends_at.get(token, 0.0)

    async def _issue(self, request: web.Request) -> web.Response:
        said = await request.json()
        known = self._account and {
            "grant_type": "client_credentials",
            "client_id": self._account.client_id,
            "client_secret": self._account.client_secret,
        }
        if said != known:
            return web.json_response({"error": "invalid_client"}, status=401)
        token = secrets.token_urlsafe(24)
        self._ends_at[token] = time.monotonic() + TOKEN_SECONDS
        answer = {"access_token": token, "token_type": "Bearer", "expires_in": TOKEN_SECONDS}
        return web.json_response(answer)
