"""Whether answers tell who takes part: known and unknown addresses and NIKs, asked in turn.

One question at a time, over one kept-alive connection, the known and the unknown one in changing
order, so that whatever else the machine does meets both alike.
"""

import asyncio
import json
import re
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from statistics import median

from gelombang.kit.ids import uuid7
from gelombang.kit.sealing import Keyring
from gelombang.records.programme.rules import HIGHEST_ADMISSION
from gelombang.rehearsal import proofs
from gelombang.rehearsal.commands import gelombang
from gelombang.rehearsal.inbox import Inbox
from gelombang.rehearsal.opening import open_registration
from gelombang.rehearsal.programme_file import Stage
from gelombang.rehearsal.system import System
from gelombang.rehearsal.wire import Answer, Pool, prepare

MAIL_SECONDS = 240.0
AT_ONCE = 32
# How long each code that was asked for is awaited: nothing is sent before the pause is over, which
# is 30 seconds after the first code and a minute after the second.
CODE_SECONDS = (30.0, 60.0, 60.0)
RECEIPT = re.compile(rb"[A-Z2-7]{24}")
VARYING = ("date", "x-request-id", "retry-after")
_CREATED, _ACCEPTED = 201, 202
REASON = "Pengukuran: apakah jawaban membocorkan siapa yang ikut"


class NotReady(Exception):
    """The people of the bench could not register or sign in; the text says at which step."""


@dataclass(slots=True)
class Question:
    """The answers to one question, asked about what is known and what is not."""

    name: str
    milliseconds: dict[bool, list[float]] = field(default_factory=lambda: {True: [], False: []})
    seen: dict[bool, set[tuple[int, bytes, str]]] = field(
        default_factory=lambda: {True: set(), False: set()}
    )

    def note(self, answer: Answer, *, known: bool, took: float) -> None:
        """Keep the time, and the answer without what differs from one call to the next."""
        self.milliseconds[known].append(1000 * took)
        headers = {name: text for name, text in answer.headers.items() if name not in VARYING}
        body = RECEIPT.sub(b"R" * 24, answer.body)
        self.seen[known].add((answer.status, body, json.dumps(headers, sort_keys=True)))

    @property
    def answers_alike(self) -> bool:
        """Whether known and unknown got the same answers: status, headers and bytes."""
        return self.seen[True] == self.seen[False] and len(self.seen[True]) == 1

    def medians(self) -> tuple[float, float]:
        """Milliseconds for known and unknown."""
        return median(self.milliseconds[True]), median(self.milliseconds[False])

    def tells_nothing(self, *, within: float) -> bool:
        """Whether answers are alike and the medians lie within so many milliseconds."""
        known, unknown = self.medians()
        return self.answers_alike and abs(known - unknown) <= within


class Asker:
    """Registers the people whom the questions need, and asks."""

    def __init__(self, system: System, *, pairs: int, stage: Stage, keyring: Keyring) -> None:
        self._system = system
        self._stage = stage
        self._keyring = keyring
        self._pairs = pairs
        self._random = Random(1)  # noqa: S311 - an order, no secret

    async def ask_everything(self) -> list[Question]:
        """All questions. Raises NotReady."""
        await open_registration(self._system, self._stage, reason=REASON)
        environment = self._system.environment
        # One machine asks as often as many do, and nobody is to wait.
        await gelombang("bench", "set-limits", str(HIGHEST_ADMISSION), environment=environment)
        await asyncio.sleep(2)  # the door looks at the calendar every second
        edge = Pool(self._system.base_url, connections=AT_ONCE)
        mail = Pool(self._system.mail_url, connections=2)
        inbox = Inbox(mail)
        following = asyncio.create_task(inbox.follow())
        try:
            people = [f"dikenal{number}@example.id" for number in range(self._pairs)]
            sessions = await self._sign_up(people, edge, inbox)
            one = Pool(self._system.base_url, connections=1)
            return [
                await self._ask("registration", one, self._registration),
                await self._ask("sign-in", one, self._sign_in),
                await self._ask("identity", one, self._statement(sessions)),
            ]
        finally:
            following.cancel()
            with suppress(asyncio.CancelledError):
                await following

    async def _sign_up(self, people: list[str], edge: Pool, inbox: Inbox) -> list[str]:
        """Register everybody, confirm, sign in; the session of each. The last half states a NIK."""
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(email: str) -> str:
            async with gate:
                return await self._sign_up_one(email, edge, inbox)

        others = [f"penanya{number}@example.id" for number in range(2 * self._pairs)]
        sessions = await asyncio.gather(*(one(email) for email in (*people, *others)))
        known, asking = sessions[: self._pairs], sessions[self._pairs :]
        for number, session in enumerate(known):
            answer = await edge.call(_identity(edge, session, _nik(number, known=True)))
            if answer.status != _ACCEPTED:
                raise NotReady(f"a statement got {answer.status}")
        return asking

    async def _ask(
        self, name: str, edge: Pool, make: Callable[[Pool, int, bool], bytes]
    ) -> Question:
        question = Question(name)
        for number in range(self._pairs):
            order = [True, False]
            self._random.shuffle(order)
            for known in order:
                request = make(edge, number, known)
                begun = time.perf_counter()
                answer = await edge.call(request)
                question.note(answer, known=known, took=time.perf_counter() - begun)
        return question

    async def _sign_up_one(self, email: str, edge: Pool, inbox: Inbox) -> str:
        answer = await edge.call(self._registration_of(email, edge))
        if answer.status != _CREATED:
            raise NotReady(f"a registration got {answer.status}")
        path = await inbox.confirm_path(email, seconds=MAIL_SECONDS)
        await edge.call(prepare("POST", path, host=edge.host, headers={}, body=b""))
        for seconds in CODE_SECONDS:
            await asyncio.sleep(1)  # the confirmation is pulled
            heard = inbox.codes_so_far(email)
            await edge.call(_json(edge, "/api/v1/sign-in", {"email": email}, {}))
            try:
                code = await inbox.code(email, after=heard, seconds=seconds)
            except TimeoutError:
                continue
            answer = await edge.call(
                _json(edge, "/api/v1/sign-in/code", {"email": email, "code": code}, {})
            )
            return str(json.loads(answer.body)["session"])
        raise NotReady("no code came")

    def _registration(self, edge: Pool, number: int, known: bool) -> bytes:  # noqa: FBT001 - as asked
        return self._registration_of(_address(number, known=known), edge)

    def _registration_of(self, email: str, edge: Pool) -> bytes:
        (solved,) = proofs.minted(self._keyring, 1)
        body = {"email": email, "phone": "081234567890", "altcha": solved}
        return _json(edge, "/api/v1/registrations", body, {"Idempotency-Key": str(uuid7())})

    def _sign_in(self, edge: Pool, number: int, known: bool) -> bytes:  # noqa: FBT001 - as asked
        return _json(edge, "/api/v1/sign-in", {"email": _address(number, known=known, tag="s")}, {})

    @staticmethod
    def _statement(sessions: list[str]) -> Callable[[Pool, int, bool], bytes]:
        def make(edge: Pool, number: int, known: bool) -> bytes:  # noqa: FBT001 - as asked
            return _identity(edge, sessions[2 * number + known], _nik(number, known=known))

        return make


def _address(number: int, *, known: bool, tag: str = "") -> str:
    return f"dikenal{number}@example.id" if known else f"takada{tag}{number:05d}@example.id"


def _nik(number: int, *, known: bool) -> str:
    """Numbers of one birthday: those of the known people, and others."""
    return f"3174{number // 9999 + (50 if known else 10):02d}170895{number % 9999 + 1:04d}"


def _identity(edge: Pool, session: str, nik: str) -> bytes:
    body = {
        "nik": nik, "family_card_no": "3174010101199902", "name": "BUDI PERCOBAAN", "sex": "male",
        "birth_place": "JAKARTA", "birth_date": "1995-08-17", "province": "31",
    }  # fmt: skip
    return _json(edge, "/api/v1/identity", body, {"Authorization": f"Bearer {session}"})


def _json(edge: Pool, path: str, body: Mapping[str, str], headers: Mapping[str, str]) -> bytes:
    return prepare(
        "POST", path, host=edge.host, headers={"Content-Type": "application/json", **headers},
        body=json.dumps(body).encode(),
    )  # fmt: skip
