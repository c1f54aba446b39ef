"""What people hear when nothing can be taken in now, and which HTTP answer carries it.

Full is not broken. Nobody meets an error page, what was typed is kept, and it says when to return.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from msgspec.structs import replace

from gelombang.frontdoor import answers, static_pages
from gelombang.frontdoor.calendar import Facts
from gelombang.frontdoor.core import Header, Request, Response
from gelombang.frontdoor.desk import Desk
from gelombang.frontdoor.line import Away
from gelombang.frontdoor.pages import Markup, page, part
from gelombang.frontdoor.reasons import (
    LOOK_AGAIN_SECONDS,
    SLOWED,
    SLOWED_READING,
    Hold,
    lasting,
    not_recorded,
    passing,
)
from gelombang.frontdoor.tables import IntakeRow
from gelombang.frontdoor.told import HOME, Message, tell
from gelombang.frontdoor.writer import Intake, Outcome, QueueFull

MOST_SPREAD = 5  # seconds, so that who was slowed together does not return together
SHORTEST_RETRY, LONGEST_RETRY = 10, 30  # seconds, spread so that nobody returns all at once
LONGEST_WAIT = 3600  # seconds that a closed door asks a machine to wait at most
_VARY = ("vary", "Cookie, Accept-Language, Accept-Encoding")


@dataclass(frozen=True, slots=True)
class Kept:
    """A form that is sent again with the same nonce."""

    action: str
    fields: Mapping[str, str]


async def take(
    desk: Desk, intake: Intake, row: IntakeRow, *, is_open: bool = True
) -> Outcome | Hold:
    """Commit the row, or say why not. While the door is held, a key that is known keeps its answer.

    So a retry after a lost answer works even when the close has come between; a key that nobody
    sent before is then ABSENT. Nobody waits for a database that is known to stand still.
    """
    if desk.stands_still():
        return Hold.PAUSED
    try:
        return await (intake.store(row) if is_open else intake.recall(row))
    except Away:
        return Hold.PAUSED
    except QueueFull:
        return Hold.FULL


def slowed(request: Request, seconds: float, *, kept: Kept | None = None) -> Response:
    """429 for who is too fast; a form is kept and sends itself again, by when it may."""
    whole = max(1, ceil(seconds)) + random.randint(0, MOST_SPREAD)  # noqa: S311 - jitter
    if kept is not None:
        return replace(_again(request, kept, SLOWED, whole), outcome="paced")
    headers = (("retry-after", str(whole)),)
    refresh = whole if request.method != "POST" else None
    message = SLOWED_READING if request.method in {"GET", "HEAD"} else SLOWED
    answer = tell(request, message, link=HOME, headers=headers, refresh_seconds=refresh)
    return replace(answer, outcome="paced")


def held(
    desk: Desk, request: Request, hold: Hold, *, subject: str, kept: Kept | None = None
) -> Response:
    """The answer for a machine or a person, with `Retry-After`."""
    facts = desk.calendar.facts
    seconds = _retry_after(facts, hold, subject, request.now)
    headers = (("retry-after", str(seconds)),)
    if request.is_api:
        return tell(request, _message(facts, hold, subject, request.now), headers=headers)
    if kept is not None and hold.is_passing:
        return _again(request, kept, not_recorded(hold), seconds)
    return _shown(desk, request, hold, subject=subject, headers=headers)


def waiting(desk: Desk, request: Request, *, headers: tuple[Header, ...] = ()) -> Response:
    """202 for somebody who only looks and whose ticket the `headers` set: the page looks again."""
    retry = ("retry-after", str(LOOK_AGAIN_SECONDS))
    return _shown(desk, request, Hold.WAITING, subject="", headers=(retry, *headers))


def _shown(
    desk: Desk, request: Request, hold: Hold, *, subject: str, headers: tuple[Header, ...]
) -> Response:
    """The prepared page of this state, in the smallest form that the reader can unpack."""
    facts = desk.calendar.facts
    looks = request.method in {"GET", "HEAD"}
    view = static_pages.View(
        language=request.language(),
        path=request.path if request.path in static_pages.PATHS and looks else "/",
        looks=looks,
        looks_again=looks and request.asked("perbarui") != "tidak",
    )
    if hold.is_passing or hold is Hold.WAITING:
        found = static_pages.passing_page(hold, view)
    else:
        found = static_pages.lasting_page(hold, view, facts, subject, request.now)
    body, coded = found.chosen(request.headers.get("accept-encoding", ""))
    return Response(hold.status, body, (answers.HTML, answers.NO_STORE, _VARY, *headers, *coded))


def _message(facts: Facts, hold: Hold, subject: str, now: datetime) -> Message:
    if hold.is_passing:
        return not_recorded(hold)
    if hold is Hold.WAITING:
        return passing(hold)
    return lasting(hold, subject, facts.subjects.get(subject), facts.next_wave(now), now)


def _again(request: Request, kept: Kept, message: Message, seconds: int) -> Response:
    """The form kept, with the same nonce: a button sends it again, or a small script does."""
    language = request.language()
    fields = (part("kept", language, name=n, value=v) for n, v in kept.fields.items())
    inside = part(
        "ulang",
        language,
        heading=message.title.in_language(language),
        lede=message.words[0].in_language(language),
        seconds=str(seconds),
        action=kept.action,
        fields=Markup("".join(fields)),
    )
    document = page(language=language, title=message.title, inside=inside, path="/")
    headers = (("retry-after", str(seconds)), answers.WITH_SCRIPTS)
    return answers.shown(document, status=message.status, headers=headers)


def _retry_after(facts: Facts, hold: Hold, subject: str, now: datetime) -> int:
    if hold.looks_again:
        return random.randint(SHORTEST_RETRY, LONGEST_RETRY)  # noqa: S311 - jitter, no secret
    found = facts.subjects.get(subject)
    if hold is Hold.BEFORE and found is not None:
        return max(1, min(LONGEST_WAIT, round((found.opens_at - now).total_seconds())))
    return LONGEST_WAIT
