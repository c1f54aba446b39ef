"""`POST /gabung/<wave>` and `POST /api/v1/waves/<wave>/entries`, with the door pass of the house.

The door asks the calendar and the pass, nothing about the person: whether somebody may join is
decided by the step that owns the entries, from the stored instant of arrival.
"""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from urllib.parse import quote
from uuid import UUID

from gelombang.frontdoor import answers, checks, hold, queueing
from gelombang.frontdoor.calendar import REGISTRATION
from gelombang.frontdoor.core import Request, Response
from gelombang.frontdoor.desk import Desk
from gelombang.frontdoor.gate import Admitted, Slowed, Unproven, Waits
from gelombang.frontdoor.hold import Kept
from gelombang.frontdoor.reasons import Hold
from gelombang.frontdoor.tables import EntryRequestRow
from gelombang.frontdoor.told import Message, tell
from gelombang.frontdoor.writer import Outcome
from gelombang.kit.errors import Refusal
from gelombang.kit.ids import receipt_for
from gelombang.kit.sealing import Keyring
from gelombang.kit.tokens import TokenExpired, TokenForged, read_door_pass
from gelombang.kit.words import Text

KEY_REFUSALS: Mapping[Outcome, type[Refusal]] = {
    Outcome.REUSED: checks.KeyReused,
    Outcome.SPENT: checks.ProofSpent,
    Outcome.REFUSED: Refusal,
}
NO_PASS = Message(
    "no-pass",
    HTTPStatus.UNAUTHORIZED,
    Text(id="Masuk dulu, lalu bergabung", en="Sign in first, then join"),
    (
        Text(
            id="Anda belum masuk, atau sudah terlalu lama sejak Anda masuk.",
            en="You are not signed in, or you signed in too long ago.",
        ),
    ),
)
UNKNOWN_WAVE = Message(
    "unknown-wave",
    HTTPStatus.NOT_FOUND,
    Text(id="Gelombang ini tidak ada", en="This wave does not exist"),
    (
        Text(
            id="Lihat gelombang yang sedang dibuka di beranda.",
            en="The home page shows which wave is open.",
        ),
    ),
)
SENT_BEFORE = Message(
    "form-already-sent",
    HTTPStatus.UNPROCESSABLE_ENTITY,
    Text(id="Tekan tombol Gabung sekali lagi", en="Press the Join button once more"),
    (
        Text(
            id="Tombol itu sudah pernah dipakai. Buka halaman gelombang lagi untuk tombol baru.",
            en="That button was used before. Open the page of the wave again for a new one.",
        ),
    ),
)
TO_THE_WAVE = Text(id="Ke halaman gelombang", en="To the page of the wave")
SIGN_IN = Text(id="Masuk", en="Sign in")


async def take_form(desk: Desk, request: Request) -> Response:
    """`POST /gabung/<wave>`: 303 to the wave's page with the receipt."""
    form = request.form()
    wave, place = request.argument, queueing.wave_page(request.argument)
    nonce = checks.check_nonce(form.get("nonce", ""))
    ticket = form.get("ticket", "") or queueing.kept_ticket(request, wave)
    person = _person(desk.config.keyring, request.cookie("pas"), request.real_now)
    if person is None:
        known = desk.gate.ticket_of(ticket, subject=wave)
        back = queueing.wave_page(wave, ticket if known else "")
        return tell(request, NO_PASS, link=(SIGN_IN, f"/masuk?ke={quote(back)}"))
    if nonce is None:
        return tell(request, SENT_BEFORE, link=(TO_THE_WAVE, place))
    outcome = await _take(desk, request, person, key=nonce, ticket=ticket)
    # Who leaves the wave and joins again needs another ticket: the page would carry a spent one.
    spent = queueing.forget(desk, request, wave)
    if isinstance(outcome, str):
        return answers.sent_on(f"{place}?tanda_terima={outcome}", headers=spent)
    if outcome is Hold.UNANNOUNCED:
        return tell(request, UNKNOWN_WAVE)
    if isinstance(outcome, Outcome):
        return tell(request, SENT_BEFORE, link=(TO_THE_WAVE, place), headers=spent)
    kept = Kept(place, {"nonce": nonce, "bahasa": request.language()})
    return queueing.kept_back(desk, request, outcome, kept, wave)


async def take_json(desk: Desk, request: Request) -> Response:
    """`POST /api/v1/waves/<wave>/entries`: 201 with the receipt, or a problem document."""
    person = _person(desk.config.keyring, _api_pass(request), request.real_now)
    if person is None:
        headers = (("www-authenticate", 'Bearer realm="gelombang"'),)
        return tell(request, NO_PASS, headers=headers)
    try:
        key = checks.check_key(request.headers.get("idempotency-key"))
        body = checks.read_json_entry(request.body)
    except Refusal as refusal:
        return answers.refused((refusal,), request)
    outcome = await _take(desk, request, person, key=key, ticket=body.ticket or "")
    if isinstance(outcome, str):
        return answers.document({"receipt": outcome}, status=HTTPStatus.CREATED)
    if outcome is Hold.UNANNOUNCED:
        return tell(request, UNKNOWN_WAVE)
    if isinstance(outcome, Outcome):
        return answers.refused((KEY_REFUSALS[outcome](),), request)
    return queueing.told_machine(desk, request, outcome, request.argument)


async def _take(
    desk: Desk, request: Request, person: UUID, *, key: str, ticket: str
) -> str | Outcome | Waits | Slowed | Unproven | Hold:
    """The receipt of what is committed, or what else became of it. The pass stands for a proof."""
    wave = request.argument
    # Before anything is counted: in an outage nobody is too fast.
    if wave == REGISTRATION or desk.stands_still():
        return Hold.UNANNOUNCED if wave == REGISTRATION else Hold.PAUSED
    verdict = desk.gate.decide(request, subject=wave, ticket=ticket, proof=None, asks_proof=False)
    if isinstance(verdict, (Waits, Slowed, Unproven)) or verdict is Hold.UNANNOUNCED:
        return verdict
    admitted = verdict if isinstance(verdict, Admitted) else Admitted()
    row = _row(desk, request, person, key=key, admitted=admitted)
    outcome = await hold.take(desk, desk.entry_requests, row, is_open=isinstance(verdict, Admitted))
    if outcome in (Outcome.STORED, Outcome.KNOWN):
        return row.receipt
    if outcome is Outcome.ABSENT and isinstance(verdict, Hold):
        return verdict
    if outcome is Hold.FULL:
        shown = desk.gate.ticket_of(ticket, subject=wave)
        return desk.gate.queued(request, subject=wave, shown=shown)
    return outcome


def _api_pass(request: Request) -> str | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else request.cookie("pas")


def _person(keyring: Keyring, token: str | None, real_now: datetime) -> UUID | None:
    """Whom the pass was given to; None without a valid one."""
    if not token:
        return None
    try:
        return read_door_pass(keyring, token, real_now=real_now)
    except (TokenForged, TokenExpired):
        return None


def _row(
    desk: Desk, request: Request, person: UUID, *, key: str, admitted: Admitted
) -> EntryRequestRow:
    return EntryRequestRow(
        idempotency_key=key,
        receipt=receipt_for(key=desk.receipt_key, idempotency_key=key),
        wave_id=request.argument,
        person_id=person,
        language=request.language(),
        received_at=request.now,
        real_at=request.real_now,
        claimed_at=admitted.claimed_at,
        ticket=admitted.ticket,
    )
