"""`/daftar`, the receipt page, and `POST /api/v1/registrations`."""

from collections.abc import Mapping
from http import HTTPStatus

from gelombang.frontdoor import answers, checks, hold, queueing
from gelombang.frontdoor.calendar import REGISTRATION
from gelombang.frontdoor.core import Request, Response
from gelombang.frontdoor.desk import Desk
from gelombang.frontdoor.form_page import form_again, fresh_form
from gelombang.frontdoor.gate import Admitted, Slowed, Unproven, Waits
from gelombang.frontdoor.hold import Kept
from gelombang.frontdoor.pages import page, part
from gelombang.frontdoor.reasons import Hold, held_at, time_left
from gelombang.frontdoor.tables import SubmissionRow
from gelombang.frontdoor.told import UNKNOWN_RECEIPT, tell
from gelombang.frontdoor.writer import Outcome
from gelombang.kit.errors import Refusal
from gelombang.kit.ids import is_receipt, read_receipt, receipt_for, show_receipt
from gelombang.kit.indexing import blind_index, newest_known
from gelombang.kit.sealing import seal
from gelombang.kit.tokens import TicketKind
from gelombang.kit.words import Text

# What a person and what a machine hears about outcomes that are not a receipt
FORM_REFUSALS: Mapping[Outcome, type[Refusal]] = {
    Outcome.REUSED: checks.FormAlreadySent,
    Outcome.SPENT: checks.PlaceAlreadyUsed,
    Outcome.REFUSED: Refusal,
}
KEY_REFUSALS: Mapping[Outcome, type[Refusal]] = {
    Outcome.REUSED: checks.KeyReused,
    Outcome.SPENT: checks.ProofSpent,
    Outcome.REFUSED: Refusal,
}
LINK_COMES = Text(
    id="Biasanya sampai dalam beberapa menit; pada hari ramai bisa beberapa jam.",
    en="It usually arrives within minutes; on a busy day it can take hours.",
)
LINK_WAITS = Text(
    id="Antrean surat sedang panjang: tautan Anda berangkat kira-kira {wait} lagi. Tidak perlu "
    "menunggu di halaman ini.",
    en="The queue of letters is long: your link leaves in about {wait}. There is no need to wait "
    "at this page.",
)
RECEIPT_TITLE = Text(id="Tanda terima pendaftaran", en="Receipt of registration")


async def show_form(desk: Desk, request: Request) -> Response:
    """`GET /daftar`: the form with a fresh nonce, a place to wait, or why there is none now.

    Every form is a ticket, so that asking for forms is paced like sending them.
    """
    if seconds := desk.gate.pace_now(request):
        return hold.slowed(request, seconds)
    shown = desk.gate.ticket_of(
        request.asked("tiket") or queueing.kept_ticket(request, REGISTRATION), subject=REGISTRATION
    )
    held = held_at(desk.calendar.facts, REGISTRATION, request.now)
    if not desk.calendar.answers:
        if held is None and shown is not None and desk.gate.ahead_of(shown) > 0:
            return queueing.still_waiting(desk, request, shown)
        held = Hold.PAUSED
    if held is not None:
        return queueing.held_form(desk, request, held, shown)
    if shown is not None and desk.gate.ahead_of(shown) == 0:
        return fresh_form(desk, request, shown)
    if desk.gate.has_waiting(REGISTRATION):
        waits = desk.gate.queued(request, subject=REGISTRATION, shown=shown)
        return queueing.waiting(desk, request, waits)
    ticket = desk.gate.new_ticket(request, subject=REGISTRATION, kind=TicketKind.FORM)
    return fresh_form(desk, request, ticket)


async def take_form(desk: Desk, request: Request) -> Response:
    """`POST /daftar`: 303 to the receipt; 202 a place; 422 the form again; 429 or 409 why not."""
    form = request.form()
    email, phone = form.get("email", ""), form.get("phone", "")
    nonce = checks.check_nonce(form.get("nonce", ""))
    checked = checks.check_registration(email=email, phone=phone)
    if isinstance(checked, tuple):
        again = nonce or checks.fresh_nonce()
        return form_again(desk, request, form, checked, nonce=again)
    if nonce is None:
        refused = (checks.FormAlreadySent(),)
        return form_again(desk, request, form, refused, nonce=checks.fresh_nonce())
    ticket = form.get("ticket", "") or queueing.kept_ticket(request, REGISTRATION)
    outcome = await _take(desk, request, checked, nonce, ticket, form.get("altcha", ""))
    if isinstance(outcome, str):
        headers = queueing.forget(desk, request, REGISTRATION)
        return answers.sent_on(f"/tanda-terima/{outcome}", headers=headers)
    if isinstance(outcome, Outcome):
        refusals = (FORM_REFUSALS[outcome](),)
        return form_again(
            desk, request, {**form, "ticket": ""}, refusals, nonce=checks.fresh_nonce()
        )
    fields = {"email": email, "phone": phone, "nonce": nonce, "bahasa": request.language()}
    return queueing.kept_back(desk, request, outcome, Kept("/daftar", fields), REGISTRATION)


async def take_json(desk: Desk, request: Request) -> Response:
    """`POST /api/v1/registrations`: 201 with the receipt, 202 with a place, or a problem document.

    428 carries a challenge: solve it, and send the same key again with the proof.
    """
    try:
        key = checks.check_key(request.headers.get("idempotency-key"))
        body = checks.read_json_registration(request.body)
    except Refusal as refusal:
        return answers.refused((refusal,), request)
    checked = checks.check_registration(email=body.email, phone=body.phone)
    if isinstance(checked, tuple):
        return answers.refused(checked, request)
    outcome = await _take(desk, request, checked, key, body.ticket or "", body.altcha)
    if isinstance(outcome, str):
        return answers.document({"receipt": outcome}, status=HTTPStatus.CREATED)
    if outcome is Outcome.SPENT:
        return queueing.asked_again(desk, request, KEY_REFUSALS[outcome]())
    if isinstance(outcome, Outcome):
        return answers.refused((KEY_REFUSALS[outcome](),), request)
    return queueing.told_machine(desk, request, outcome, REGISTRATION)


async def _take(
    desk: Desk,
    request: Request,
    checked: checks.Checked,
    key: str,
    ticket: str,
    proof: str | None,
) -> str | Outcome | Waits | Slowed | Unproven | Hold:
    """The receipt of what is committed, or what else became of it."""
    if desk.stands_still():  # before anything is counted: nobody is too fast in an outage
        return Hold.PAUSED
    verdict = desk.gate.decide(
        request, subject=REGISTRATION, ticket=ticket, proof=proof, asks_proof=True
    )
    if isinstance(verdict, (Waits, Slowed)) or (isinstance(verdict, Unproven) and not proof):
        return verdict
    admitted = verdict if isinstance(verdict, Admitted) else Admitted()
    row = _row(desk, request, checked, key=key, admitted=admitted)
    # A key that is known has its receipt again, though its proof is spent or the door closed since.
    outcome = await hold.take(desk, desk.submissions, row, is_open=isinstance(verdict, Admitted))
    if outcome in (Outcome.STORED, Outcome.KNOWN):
        return row.receipt
    if outcome is Outcome.ABSENT and not isinstance(verdict, Admitted):
        return verdict
    if outcome is Hold.FULL:
        shown = desk.gate.ticket_of(ticket, subject=REGISTRATION)
        return desk.gate.queued(request, subject=REGISTRATION, shown=shown)
    return outcome


async def show_receipt_page(desk: Desk, request: Request) -> Response:
    """`GET /tanda-terima/<receipt>`: large, selectable, printable; nothing is looked up."""
    if seconds := desk.gate.pace_reader(request):
        return hold.slowed(request, seconds)
    receipt = read_receipt(request.argument)
    if receipt is None or not is_receipt(receipt, key=desk.receipt_key):
        return tell(request, UNKNOWN_RECEIPT)
    language = request.language()
    wait = desk.calendar.letter_wait.at(request.real_now)
    arrives = LINK_WAITS.fill_from(wait=time_left(wait)) if wait else LINK_COMES
    inside = part(
        "tanda-terima",
        language,
        receipt=show_receipt(receipt),
        arrives=arrives.in_language(language),
    )
    document = page(language=language, title=RECEIPT_TITLE, inside=inside, path=request.path)
    return answers.shown(document, headers=(answers.NO_REFERRER,))


def _row(
    desk: Desk, request: Request, checked: checks.Checked, *, key: str, admitted: Admitted
) -> SubmissionRow:
    ring, phone = desk.config.keyring, checked.phone
    key_id = newest_known(ring, desk.calendar.facts.index_key)
    return SubmissionRow(
        key,
        receipt_for(key=desk.receipt_key, idempotency_key=key),
        seal(ring, checked.email, purpose="email"),
        blind_index(ring, checked.email_for_index, purpose="email", key_id=key_id),
        seal(ring, phone, purpose="phone") if phone else None,
        blind_index(ring, phone, purpose="phone", key_id=key_id) if phone else None,
        request.language(),
        request.now,
        request.real_now,
        admitted.claimed_at,
        admitted.ticket,
        admitted.proof,
    )
