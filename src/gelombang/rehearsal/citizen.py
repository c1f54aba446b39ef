"""What a synthetic person does, one JSON call a step, and everything that surprised them."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from gelombang.kit.ids import uuid7
from gelombang.kit.sealing import Keyring
from gelombang.rehearsal.doorway import Doorway
from gelombang.rehearsal.inbox import Inbox
from gelombang.rehearsal.load import Caller, GaveUp
from gelombang.rehearsal.names import other_name
from gelombang.rehearsal.people import Detour, IdentityCard, Submitting, SyntheticPerson
from gelombang.rehearsal.wire import Answer

PAGE_SECONDS = 1.0  # nobody goes on to the next page at once
MAIL_SECONDS = 240.0  # a letter that takes longer counts as lost
VERDICT_SECONDS = 240.0
ASK_AGAIN_SECONDS = 1.5
CODE_SECONDS = (5.0, 10.0, 30.0, 60.0, 120.0)  # how long each code that was asked for is awaited
_OK, _CREATED, _ACCEPTED, _SEE_OTHER, _UNAUTHORISED = 200, 201, 202, 303, 401
_UNPROCESSABLE = 422
_SIGN_IN_TRIES = 2
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(slots=True)
class Acknowledged:
    """What the system has promised to keep."""

    registration_receipts: list[str] = field(default_factory=list)
    entry_receipts: list[str] = field(default_factory=list)
    addresses: set[str] = field(default_factory=set)
    confirmed: set[int] = field(default_factory=set)
    stated: set[int] = field(default_factory=set)
    joined: set[int] = field(default_factory=set)
    given_twice: int = 0
    """Receipts that two different submissions were given, or one submission twice differently."""

    def all_receipts(self) -> list[str]:
        """Every receipt that somebody holds."""
        return [*self.registration_receipts, *self.entry_receipts]


@dataclass(slots=True)
class Surprises:
    """Answers that a faultless system would not give, counted by step and kind."""

    counts: Counter[str] = field(default_factory=Counter)

    def note(self, what: str) -> None:
        """Count one."""
        self.counts[what] += 1


@dataclass(slots=True)
class SignedIn:
    """What signing in gave."""

    session: str
    door_pass: str


class Citizens:
    """Plays the steps of every JSON person of one rehearsal."""

    def __init__(
        self, *, door: Caller, house: Caller, inbox: Inbox, keyring: Keyring | None = None
    ) -> None:
        self._door = door
        self._doorway = Doorway(door, keyring=keyring)
        self._house = house
        self._inbox = inbox
        self._sessions: dict[int, SignedIn] = {}
        self._receipts_seen: set[str] = set()
        self.acknowledged = Acknowledged()
        self.surprises = Surprises()

    async def register(self, person: SyntheticPerson, due: float | None = None) -> None:
        """Press Register as this person does; keep every receipt."""
        key = str(uuid7())
        receipt = await self._submit(person.email, person, key, due)
        if receipt is None:
            return
        self._keep_receipt(receipt)
        self.acknowledged.addresses.add(person.email.casefold())
        if person.submitting is Submitting.RETRY:
            again = await self._submit(person.email, person, key, None)
            if again != receipt:
                self.acknowledged.given_twice += 1
        elif person.submitting is Submitting.AGAIN:
            second = await self._submit(_shouted(person.email), person, str(uuid7()), None)
            if second is not None:
                self._keep_receipt(second)

    async def confirm(self, person: SyntheticPerson) -> bool:
        """Open the link of the mail and press the button; whether that worked."""
        try:
            path = await self._inbox.confirm_path(person.email, seconds=MAIL_SECONDS)
        except TimeoutError:
            self.surprises.note("confirm: no letter came")
            return False
        answer = await self._door.ask("confirm", "POST", path, headers=_FORM)
        if not self._expect("confirm", answer, _OK, _SEE_OTHER):
            return False
        self.acknowledged.confirmed.add(person.number)
        await asyncio.sleep(PAGE_SECONDS)
        return True

    async def identify(self, person: SyntheticPerson) -> None:
        """Sign in and state an identity, with the mistakes that this person makes first."""
        card = person.card
        if card is None or await self._signed_in(person) is None:
            return
        if person.detour is Detour.MISTYPED:
            await self._state(person, _mistyped(card), expected=_UNPROCESSABLE)
        elif person.detour is Detour.MISNAMED:
            await self._state(person, _misnamed(card, person.number), expected=_ACCEPTED)
            await self.wait_for_verdict(person, "refuted")
        if await self._state(person, card.as_json(), expected=_ACCEPTED):
            self.acknowledged.stated.add(person.number)

    async def wait_for_verdict(self, person: SyntheticPerson, state: str) -> bool:
        """Look at the status until the identity has this state; False after four minutes."""
        until = time.monotonic() + VERDICT_SECONDS
        while time.monotonic() < until:
            await asyncio.sleep(ASK_AGAIN_SECONDS)
            status = await self.status(person)
            if status is not None and status["identity"] == state:
                return True
        self.surprises.note(f"identity: did not become {state}")
        return False

    async def join(
        self, person: SyntheticPerson, *, wave_id: str, due: float | None = None
    ) -> None:
        """Enter the wave with the pass from signing in."""
        path, key = f"/api/v1/waves/{wave_id}/entries", {"Idempotency-Key": str(uuid7())}
        for _ in range(_SIGN_IN_TRIES):
            known = await self._signed_in(person)
            if known is None:
                return
            bearer = {"Authorization": f"Bearer {known.door_pass}"}
            answer = await self._doorway.send(
                "join", path, body={}, headers=bearer | key, due=due, proves=False
            )
            if answer.status != _UNAUTHORISED:
                break
            del self._sessions[person.number]
        if self._expect("join", answer, _CREATED):
            receipt = str(json.loads(answer.body)["receipt"])
            self._note_given(receipt)
            self.acknowledged.entry_receipts.append(receipt)
            self.acknowledged.joined.add(person.number)

    async def status(self, person: SyntheticPerson) -> dict[str, Any] | None:
        """The person's own status page, as JSON; None where even that fails."""
        found: dict[str, Any] | None = await self.ask(person, "status", "GET", "/api/v1/status")
        return found

    async def ask(
        self, person: SyntheticPerson, step: str, method: str, path: str,
        body: Mapping[str, Any] | None = None, *, wanted: int = _OK,
    ) -> Any:  # fmt: skip
        """One call in the person's own session; the document of the answer.

        None, and a surprise is noted, for any other status than the wanted one.
        """
        answer = await self._ask(person, step, method, path, body)
        if answer is None or not self._expect(step, answer, wanted):
            return None
        return json.loads(answer.body)

    def forget_session(self, person: SyntheticPerson) -> None:
        """The next call signs in again, with a fresh code."""
        self._sessions.pop(person.number, None)

    def some_pass(self) -> str:
        """The door pass of anybody who is signed in; empty while nobody is."""
        return next((known.door_pass for known in self._sessions.values()), "")

    async def _submit(
        self, email: str, person: SyntheticPerson, key: str, due: float | None
    ) -> str | None:
        answer = await self._doorway.send(
            "register", "/api/v1/registrations",
            body={"email": email, "phone": person.phone},
            headers={"Idempotency-Key": key, "Accept-Language": person.language},
            due=due, proves=True,
        )  # fmt: skip
        if not self._expect("register", answer, _CREATED):
            return None
        return str(json.loads(answer.body)["receipt"])

    async def _state(
        self, person: SyntheticPerson, stated: dict[str, str], *, expected: int
    ) -> bool:
        answer = await self._ask(person, "identity", "POST", "/api/v1/identity", stated)
        return answer is not None and self._expect("identity", answer, expected)

    async def _ask(
        self, person: SyntheticPerson, step: str, method: str, path: str,
        body: Mapping[str, Any] | None = None,
    ) -> Answer | None:  # fmt: skip
        """A call in the person's session, opened again where it has ended; None without one."""
        for _ in range(_SIGN_IN_TRIES):
            known = await self._signed_in(person)
            if known is None:
                return None
            bearer = {"Authorization": f"Bearer {known.session}"}
            bearer["Accept-Language"] = person.language
            answer = await self._house.ask(step, method, path, json_body=body, headers=bearer)
            if answer.status != _UNAUTHORISED:
                break
            del self._sessions[person.number]
        return answer

    async def _signed_in(self, person: SyntheticPerson) -> SignedIn | None:
        """This person's session, by a code from their mail where there is none yet."""
        if person.number not in self._sessions:
            try:
                found = await self._sign_in(person)
            except GaveUp:
                self.surprises.note("sign-in: no answer")
                return None
            if found is None:
                return None
            self._sessions[person.number] = found
        return self._sessions[person.number]

    async def _sign_in(self, person: SyntheticPerson) -> SignedIn | None:
        for seconds in CODE_SECONDS:
            known = self._inbox.codes_so_far(person.email)
            answer = await self._house.ask(
                "sign-in", "POST", "/api/v1/sign-in", json_body={"email": person.email},
                headers={"Accept-Language": person.language},
            )  # fmt: skip
            if not self._expect("sign-in", answer, _ACCEPTED):
                return None
            try:
                code = await self._inbox.code(person.email, after=known, seconds=seconds)
            except TimeoutError:
                continue  # the confirmation was not worked off yet, or mail is slow: once more
            answer = await self._house.ask(
                "code", "POST", "/api/v1/sign-in/code",
                json_body={"email": person.email, "code": code},
            )  # fmt: skip
            if answer.status == _OK:
                given = json.loads(answer.body)
                return SignedIn(session=given["session"], door_pass=given["pass"])
        self.surprises.note("sign-in: no code worked")
        return None

    def _expect(self, step: str, answer: Answer, *wanted: int) -> bool:
        if answer.status in wanted:
            return True
        self.surprises.note(f"{step}: {answer.status} instead of {wanted[0]}{_reason(answer)}")
        return False

    def _keep_receipt(self, receipt: str) -> None:
        self._note_given(receipt)
        self.acknowledged.registration_receipts.append(receipt)

    def _note_given(self, receipt: str) -> None:
        if receipt in self._receipts_seen:
            self.acknowledged.given_twice += 1
        self._receipts_seen.add(receipt)


def _shouted(email: str) -> str:
    """The same address for every mail server, typed differently."""
    local, _, domain = email.partition("@")
    return f"{local.capitalize()}@{domain.upper()}"


def _mistyped(card: IdentityCard) -> dict[str, str]:
    """The NIK of the other sex: 40 more or less on the day, refused before anybody is asked."""
    day = int(card.nik[6:8])
    other = day + 40 if day <= 31 else day - 40  # noqa: PLR2004 the last day of a month
    return card.as_json() | {"nik": f"{card.nik[:6]}{other:02d}{card.nik[8:]}"}


def _misnamed(card: IdentityCard, number: int) -> dict[str, str]:
    chance = Random(f"misnamed {number}")  # noqa: S311 repeatable on purpose
    return card.as_json() | {"name": other_name(chance, card.name)}


def _reason(answer: Answer) -> str:
    """The name of the problem that came with an unwanted answer; never a value."""
    try:
        document = json.loads(answer.body)
    except ValueError:
        return ""
    return f" ({document['type']})" if isinstance(document, dict) and "type" in document else ""
