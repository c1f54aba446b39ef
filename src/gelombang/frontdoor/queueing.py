"""`/antrean…`, `/api/v1/tantangan`, and how people hear that they wait, are slowed, or owe work."""

import random
from collections.abc import Sequence
from http import HTTPStatus
from urllib.parse import quote

import msgspec
from msgspec.structs import replace

from gelombang.frontdoor import answers, hold, waiting_pages
from gelombang.frontdoor.calendar import REGISTRATION, DoorState
from gelombang.frontdoor.core import Header, Request, Response
from gelombang.frontdoor.desk import Desk
from gelombang.frontdoor.form_page import challenge_of, fresh_form
from gelombang.frontdoor.gate import Slowed, Unproven, Waits, claim_of
from gelombang.frontdoor.hold import Kept
from gelombang.frontdoor.queues import HOUSE
from gelombang.frontdoor.reasons import Hold, held_at
from gelombang.frontdoor.told import Message, tell
from gelombang.frontdoor.waiting import (
    EARLY_US,
    band_minutes,
    look_again_seconds,
    wait_seconds,
)
from gelombang.frontdoor.waiting_pages import Stage, Standing, TicketLinks
from gelombang.kit.errors import Refusal
from gelombang.kit.problems import MEDIA_TYPE, problem_of
from gelombang.kit.tokens import Ticket, TicketKind, microseconds
from gelombang.kit.words import Text

TICKET_SECONDS = 24 * 3600  # how long a browser keeps a ticket
POLL = "/antrean.json"
_chance = random.Random()  # noqa: S311 - jitter, no secret
NO_TICKET = Message(
    "ticket-not-ours",
    HTTPStatus.NOT_FOUND,
    Text(id="Tiket ini tidak lengkap", en="This ticket is not complete"),
    (
        Text(
            id="Mungkin alamatnya terpotong. Salin seluruh tautannya, atau mulai lagi dari "
            "beranda. Tiket baru tidak mengurangi peluang Anda.",
            en="Perhaps the address was cut off. Copy the whole link, or start again from the "
            "home page. A new ticket does not lower your chances.",
        ),
    ),
)


async def show_challenge(desk: Desk, request: Request) -> Response:
    """`GET /api/v1/tantangan`: a challenge of ALTCHA v2; 204 while no work is asked for."""
    if seconds := desk.gate.pace_now(request):
        return hold.slowed(request, seconds)
    text = challenge_of(desk, request)
    if not text:
        return Response(HTTPStatus.NO_CONTENT, b"", (answers.NO_STORE,))
    headers = (("content-type", "application/json"), answers.NO_STORE)
    return Response(HTTPStatus.OK, text.encode(), headers, bare=True)


async def show_counts(desk: Desk, request: Request) -> Response:
    """`GET /antrean.json?untuk=<subject>`: how far the queue was called, for everybody the same."""
    body = desk.counts.document(request.asked("untuk") or REGISTRATION, request)
    headers = (("content-type", "application/json"), ("cache-control", "public, max-age=1"))
    return Response(HTTPStatus.OK, body, headers, bare=True)


async def show_ticket(desk: Desk, request: Request) -> Response:
    """`GET /antrean/<ticket>`: where it stands; the way back on any device."""
    if seconds := desk.gate.pace_reader(request):
        return hold.slowed(request, seconds)
    ticket = _ticket_in_path(desk, request)
    if ticket is None:
        return tell(request, NO_TICKET)
    held = _held_for(desk, request, ticket)
    if held is not None:
        return hold.held(desk, request, held, subject=ticket.subject)
    return _page(desk, request, ticket, status=HTTPStatus.OK)


async def show_picture(desk: Desk, request: Request) -> Response:
    """`GET /antrean/<ticket>/qr.svg`: the way back as a picture that a phone reads."""
    if seconds := desk.gate.pace_reader(request):
        return hold.slowed(request, seconds)
    ticket = _ticket_in_path(desk, request)
    if ticket is None:
        return tell(request, NO_TICKET)
    body = waiting_pages.qr_svg(_links(desk, ticket))
    return Response(HTTPStatus.OK, body, (("content-type", "image/svg+xml"), answers.NO_STORE))


async def show_house_queue(desk: Desk, request: Request) -> Response:
    """`GET /antrean/rumah?ke=/path`: the pass into the house when it is the turn, else a place."""
    if seconds := desk.gate.pace_now(request):
        return hold.slowed(request, seconds)
    target = answers.own_path(request.asked("ke"))
    shown = desk.gate.ticket_of(kept_ticket(request, HOUSE), subject=HOUSE)
    if desk.gate.house_lets_in(shown, subject=HOUSE):
        return answers.sent_on(target, headers=desk.house_pass(request))
    waits = desk.gate.queued(request, subject=HOUSE, shown=shown)
    return waiting(desk, request, waits, form=f"/antrean/rumah?ke={quote(target)}")


def kept_ticket(request: Request, subject: str) -> str:
    """The ticket that the browser keeps for a subject; empty without one."""
    return request.cookie(f"antrean-{subject}") or ""


def wave_page(wave: str, token: str = "") -> str:
    """The page with the button that joins; with the ticket it has one after the close, too."""
    return f"/gabung/{quote(wave)}" + (f"?tiket={token}" if token else "")


def forget(desk: Desk, request: Request, subject: str) -> Sequence[Header]:
    """Headers that take a used ticket of a subject from the browser."""
    if not kept_ticket(request, subject):
        return ()
    return (_cookie(desk, subject, "", seconds=0),)


def waiting(
    desk: Desk, request: Request, waits: Waits, *, kept: Kept | None = None, form: str = ""
) -> Response:
    """202: a place, and the page that keeps it."""
    return _page(desk, request, waits.ticket, status=HTTPStatus.ACCEPTED, kept=kept, form=form)


def still_waiting(desk: Desk, request: Request, shown: Ticket) -> Response:
    """202 while the database is away, for who keeps a place: their turn cannot come meanwhile.

    Everybody who waits looks then, so the page is one that the build has packed.
    """
    cookie = _cookie(desk, shown.subject, desk.gate.token_of(shown), seconds=TICKET_SECONDS)
    return hold.waiting(desk, request, headers=(cookie,))


def held_form(desk: Desk, request: Request, held: Hold, shown: Ticket | None) -> Response:
    """Why there is no form now; in the last hour before the opening, a ticket for it."""
    found = desk.calendar.facts.subjects.get(REGISTRATION)
    if found is not None and shown is not None and claim_of(found, shown, request.now) is not None:
        return fresh_form(desk, request, shown)
    ticket = _early_ticket(desk, request, REGISTRATION, shown) if held is Hold.BEFORE else None
    if ticket is not None:
        return _page(desk, request, ticket, status=HTTPStatus.ACCEPTED)
    return hold.held(desk, request, held, subject=REGISTRATION)


def kept_back(
    desk: Desk,
    request: Request,
    verdict: Waits | Slowed | Unproven | Hold,
    kept: Kept,
    subject: str,
) -> Response:
    """The answer for a person whose form is not taken in now: it is kept, with its nonce.

    In the last hour before the opening they have a place instead: the form comes with the turn.
    """
    if isinstance(verdict, Slowed):
        return hold.slowed(request, verdict.seconds, kept=_with_form(kept, request))
    if isinstance(verdict, Hold):
        early = _place_before(desk, request, subject) if verdict is Hold.BEFORE else None
        return early or hold.held(
            desk, request, verdict, subject=subject, kept=_with_form(kept, request)
        )
    token = desk.gate.token_of(verdict.ticket)
    kept = Kept(kept.action, {**kept.fields, "ticket": token})
    if isinstance(verdict, Waits):
        return waiting(desk, request, verdict, kept=_with_proof(kept, request))
    seconds = max(1, round(verdict.seconds + _chance.uniform(0.5, 3)))
    document = waiting_pages.slow_lane_page(request.language(), kept, seconds=seconds)
    headers = (("retry-after", str(seconds)), answers.WITH_SCRIPTS)
    return answers.shown(document, status=HTTPStatus.ACCEPTED, headers=headers)


def told_machine(
    desk: Desk, request: Request, verdict: Waits | Slowed | Unproven | Hold, subject: str
) -> Response:
    """The same for a machine."""
    if isinstance(verdict, Slowed):
        return hold.slowed(request, verdict.seconds)
    if isinstance(verdict, Hold):
        return hold.held(desk, request, verdict, subject=subject)
    if isinstance(verdict, Unproven):
        return asked_again(desk, request, verdict.refusal)
    poll = POLL if subject == REGISTRATION else f"{POLL}?untuk={quote(subject)}"
    content = {
        "ticket": desk.gate.token_of(verdict.ticket),
        "place": verdict.ahead + 1,
        "poll": poll,
    }
    seconds = look_again_seconds(verdict.seconds, _chance, first=True)
    headers: Sequence[Header] = (("retry-after", str(seconds)),)
    return answers.document(content, status=HTTPStatus.ACCEPTED, headers=headers)


def asked_again(desk: Desk, request: Request, refusal: Refusal) -> Response:
    """428 with a fresh challenge: a proof is missing, too old, forged, or spent."""
    content = problem_of((refusal,), language=request.language())
    asked = challenge_of(desk, request)
    if asked:
        content = {**content, "challenge": msgspec.Raw(asked.encode())}
    return answers.document(content, status=HTTPStatus(refusal.status), media=MEDIA_TYPE)


def _place_before(desk: Desk, request: Request, subject: str) -> Response | None:
    """303 to the page of a place drawn at the opening, for a form that came within the hour.

    Another address than the form's: whatever renews the page never sends the form again.
    """
    texts = (request.form().get("ticket", ""), kept_ticket(request, subject))
    shown = [desk.gate.ticket_of(text, subject=subject) for text in texts]
    places = [each for each in shown if each is not None and each.kind is not TicketKind.FORM]
    ticket = _early_ticket(desk, request, subject, next(iter(places), None))
    if ticket is None:
        return None
    token = desk.gate.token_of(ticket)
    headers = (_cookie(desk, subject, token, seconds=TICKET_SECONDS), answers.NO_REFERRER)
    return replace(answers.sent_on(f"/antrean/{token}", headers=headers), outcome="ticketed")


def _early_ticket(
    desk: Desk, request: Request, subject: str, shown: Ticket | None
) -> Ticket | None:
    """A place drawn at the opening, the one that was shown or a new one; None before the hour.

    A form's ticket has its place by the instant at which it was served, so it is none before the
    opening: being early would win something.
    """
    found = desk.calendar.facts.subjects.get(subject)
    if found is None or microseconds(found.opens_at) - microseconds(request.now) > EARLY_US:
        return None
    if shown is not None and shown.kind is not TicketKind.FORM:
        return shown
    return desk.gate.early_ticket(request, subject=subject)


def _with_form(kept: Kept, request: Request) -> Kept:
    """The kept form with the ticket and the proof that it was sent with."""
    form = request.form()
    more = {name: form[name] for name in ("ticket", "altcha") if form.get(name)}
    return Kept(kept.action, {**kept.fields, **more})


def _with_proof(kept: Kept, request: Request) -> Kept:
    proof = request.form().get("altcha", "")
    return Kept(kept.action, {**kept.fields, "altcha": proof}) if proof else kept


def _ticket_in_path(desk: Desk, request: Request) -> Ticket | None:
    return desk.gate.known_ticket(request.argument)


def _held_for(desk: Desk, request: Request, ticket: Ticket) -> Hold | None:
    """Why a ticket stands for nothing now: its subject is gone, or closed beyond finishing."""
    if ticket.subject == HOUSE:
        return None
    held = held_at(desk.calendar.facts, ticket.subject, request.now)
    if held is not Hold.CLOSED:
        return held if held is Hold.UNANNOUNCED else None
    found = desk.calendar.facts.subjects[ticket.subject]
    return held if claim_of(found, ticket, request.now) is None else None


def _page(
    desk: Desk,
    request: Request,
    ticket: Ticket,
    *,
    status: HTTPStatus,
    kept: Kept | None = None,
    form: str = "",
) -> Response:
    standing = _standing(desk, request, ticket)
    links = _links(desk, ticket, form=form)
    seconds = standing.look_seconds
    is_stopped = request.asked("perbarui") == "tidak"
    refresh_seconds = None if is_stopped else seconds
    document = waiting_pages.waiting_page(
        request.language(), standing, links, refresh_seconds=refresh_seconds, kept=kept
    )
    headers = (
        ("retry-after", str(seconds)),
        answers.WITH_SCRIPTS,
        answers.NO_REFERRER,
        _cookie(desk, ticket.subject, links.ticket, seconds=TICKET_SECONDS),
    )
    return answers.shown(document, status=status, headers=headers)


def _standing(desk: Desk, request: Request, ticket: Ticket) -> Standing:
    facts = desk.calendar.facts
    state = DoorState.OPEN
    if ticket.subject != HOUSE:
        state = facts.state(ticket.subject, request.now) if facts.known else DoorState.PAUSED
    found = facts.subjects.get(ticket.subject)
    ahead = desk.gate.ahead_of(ticket)
    wait = wait_seconds(ahead, rate=desk.gate.speed(ticket.subject))
    stage = _stage(state, is_called=ahead == 0)
    if not desk.calendar.reachable and stage is not Stage.PREPARING:
        stage = Stage.PAUSED
    return Standing(
        stage=stage,
        as_of=request.now,
        ahead=None if stage is Stage.PREPARING else ahead,
        minutes=band_minutes(wait),
        look_seconds=look_again_seconds(wait, _chance, first=True),
        place_at=desk.gate.place_of(ticket),
        watermark=_watermark(desk, request, ticket, stage),
        opens_at=found.opens_at if found else None,
        finish_until=found.finish_until if found else None,
    )


def _watermark(desk: Desk, request: Request, ticket: Ticket, stage: Stage) -> int:
    if stage is Stage.PREPARING:
        return 0
    return desk.counts.watermark(ticket.subject, request.real_now)


def _stage(state: DoorState, *, is_called: bool) -> Stage:
    if state in (DoorState.BEFORE, DoorState.PREPARING):
        return Stage.PREPARING
    if state is DoorState.PAUSED:
        return Stage.PAUSED
    if is_called:
        return Stage.TURN
    return Stage.CLOSED if state is DoorState.CLOSED else Stage.WAITING


def _links(desk: Desk, ticket: Ticket, *, form: str = "") -> TicketLinks:
    token = desk.gate.token_of(ticket)
    own = {REGISTRATION: f"/daftar?tiket={token}", HOUSE: "/antrean/rumah"}
    return TicketLinks(
        ticket=token,
        form=form or own.get(ticket.subject, wave_page(ticket.subject, token)),
        site=desk.config.base_url,
        subject=ticket.subject,
    )


def _cookie(desk: Desk, subject: str, token: str, *, seconds: int) -> Header:
    secure = "; Secure" if desk.config.is_secure else ""
    value = f"antrean-{subject}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"
    return ("set-cookie", value)
