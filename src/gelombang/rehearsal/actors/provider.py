"""Invented training providers: they take redeem codes, teach, and report completion to us.

One process plays them all, each with its own client code and key. A call that was cut is repeated
as an honest client does: with the signature of its second, or a new one later. What the platform
refuses is told to the learner and never forced.
"""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gelombang.rehearsal.actors.signing import API, compact, headers
from gelombang.rehearsal.wire import Answer, ConnectionLost, Pool, prepare

REDEEM, SECOND_SESSION, FINAL_TEST = 1, 2, 999
COMPLETED = 2  # the `status` of a purchase whose course is over
REPORTED_BEFORE = frozenset({"ERRRDM40003", "ERRRDM40007"})  # such a session, such a course
_OK = 200
_TRIES = 8
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 5.0
_AT_ONCE = 12
MOST_PROBLEMS = 20


class Refused(Exception):
    """The platform said no to a call; the text is its code and its message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code} {message}".strip())
        self.code = code
        self.message = message


class NoAnswer(Exception):
    """The platform did not answer, however often the call was repeated."""


class UnknownProvider(Exception):
    """There is no such provider here."""


@dataclass(slots=True)
class Report:
    """What the providers did since their process started."""

    redeemed: int = 0
    completed: int = 0
    sessions: int = 0
    repeated: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    """By code of the platform."""
    problems: list[str] = field(default_factory=list)
    """Of what nobody was told: attendance or completion that could not be reported."""

    def as_json(self, under_way: int) -> dict[str, Any]:
        """The report with the courses that are under way."""
        return {
            "redeemed": self.redeemed,
            "completed": self.completed,
            "sessions": self.sessions,
            "repeated": self.repeated,
            "refused": dict(self.refused),
            "under_way": under_way,
            "problems": self.problems[:MOST_PROBLEMS],
        }


class Providers:
    """All providers whose keys the file holds; a key that is added later is found."""

    def __init__(
        self, *, keys_file: Path, sessions: Mapping[str, int], platform: Pool,
        seconds_to_complete: float,
    ) -> None:  # fmt: skip
        self._keys_file = keys_file
        self._sessions = sessions
        self._platform = platform
        self._seconds = seconds_to_complete
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._lessons: dict[str, asyncio.Task[None]] = {}
        self.report = Report()

    def names(self) -> list[str]:
        """The client codes of the providers that there are."""
        return sorted(self._keys())

    @property
    def under_way(self) -> int:
        """Courses that were begun and are not reported as completed yet."""
        return len(self._lessons)

    async def take(self, client_code: str, redeem_code: str) -> dict[str, Any]:
        """Take a redeem code at a provider's own site, and begin the course.

        A learner who comes again goes on where they were. Raises Refused, NoAnswer or
        UnknownProvider.
        """
        if client_code not in self._keys():
            raise UnknownProvider(client_code)
        asked = {"redeem_code": redeem_code, "sequence": REDEEM}
        found = await self._call(client_code, "status", asked)
        if not found.get("redeem_at"):
            await self._commit(client_code, redeem_code, REDEEM)
            self.report.redeemed += 1
        if redeem_code not in self._lessons and found.get("status") != COMPLETED:
            lesson = asyncio.create_task(self._teach(client_code, redeem_code, found))
            self._lessons[redeem_code] = lesson
            lesson.add_done_callback(lambda _: self._lessons.pop(redeem_code, None))
        return found

    async def taught(self) -> None:
        """Return when everything that is under way now is over."""
        await asyncio.gather(*self._lessons.values())

    async def close(self) -> None:
        """Break off what is under way; learners may come again."""
        for lesson in list(self._lessons.values()):
            lesson.cancel()
        await asyncio.gather(*self._lessons.values(), return_exceptions=True)
        await self._platform.close()

    async def _teach(self, client_code: str, redeem_code: str, found: Mapping[str, Any]) -> None:
        """Report each session and the final test; what is refused is kept as a problem."""
        try:
            await asyncio.sleep(self._seconds)
            sessions = self._sessions.get(str(found.get("course_code")), 1)
            for sequence in range(SECOND_SESSION, sessions + 1):
                await self._commit(client_code, redeem_code, sequence)
                self.report.sessions += 1
            await self._commit(client_code, redeem_code, FINAL_TEST)
            self.report.completed += 1
        except (Refused, NoAnswer) as trouble:
            self.report.problems.append(f"{client_code}: {trouble}")

    async def _commit(self, client_code: str, redeem_code: str, sequence: int) -> None:
        """Report a sequence; that it was reported before is as good, and happens after a cut."""
        try:
            body = {"redeem_code": redeem_code, "sequence": sequence}
            await self._call(client_code, "commit", body)
        except Refused as refused:
            if refused.code not in REPORTED_BEFORE:
                raise

    async def _call(self, client_code: str, what: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """The data of one signed call, repeated until it is answered. Raises Refused, NoAnswer."""
        key, path, sent = self._keys()[client_code], f"{API}/{what}", compact(body)
        pause = _FIRST_PAUSE
        for number in range(_TRIES):
            self.report.repeated += number > 0
            signed = headers(
                key, client_code=client_code, timestamp=str(int(time.time())), path=path, body=sent
            )
            request = prepare("POST", path, host=self._platform.host, headers=signed, body=sent)
            try:
                async with self._room:
                    answer = await self._platform.call(request)
            except ConnectionLost:
                pass
            else:
                if answer.status < 500 and answer.status != 429:  # noqa: PLR2004 not settled yet
                    return self._read(answer)
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
        raise NoAnswer(f"{what}: no answer to {_TRIES} calls")

    def _read(self, answer: Answer) -> dict[str, Any]:
        try:
            document = json.loads(answer.body)
        except ValueError:
            document = {}
        if answer.status == _OK and isinstance(document, dict) and document.get("success") is True:
            data = document.get("data")
            return dict(data) if isinstance(data, dict) else {}
        code = str(document.get("code", answer.status)) if isinstance(document, dict) else ""
        self.report.refused[code] += 1
        raise Refused(code, str(document.get("message", "")) if isinstance(document, dict) else "")

    def _keys(self) -> dict[str, str]:
        try:
            kept: dict[str, str] = json.loads(self._keys_file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        return kept
