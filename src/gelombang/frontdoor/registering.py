"""`/daftar`, the receipt page, and `POST /api/v1/registrations`."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from gelombang.frontdoor import answers, checks, hold
from gelombang.frontdoor.calendar import REGISTRATION
from gelombang.frontdoor.core import Form, Request, Response
from gelombang.frontdoor.desk import Desk
from gelombang.frontdoor.hold import Hold, Kept
from gelombang.frontdoor.pages import NOTHING, Markup, page, part
from gelombang.frontdoor.tables import SubmissionRow
from gelombang.frontdoor.told import UNKNOWN_RECEIPT, tell
from gelombang.frontdoor.writer import Outcome
from gelombang.kit.errors import Refusal
from gelombang.kit.ids import is_receipt, read_receipt, receipt_for, show_receipt
from gelombang.kit.sealing import blind_index, seal
from gelombang.kit.words import Language, Text

LONGEST_ECHO = 1000  # letters of a field that come back to whoever typed them
# What a person and what a machine hears about outcomes that are not a receipt
FORM_REFUSALS: Mapping[Outcome, type[Refusal]] = {
    Outcome.REUSED: checks.FormAlreadySent,
    Outcome.REFUSED: Refusal,
}
KEY_REFUSALS: Mapping[Outcome, type[Refusal]] = {
    Outcome.REUSED: checks.KeyReused,
    Outcome.REFUSED: Refusal,
}
FORM_TITLE = Text(id="Daftar", en="Register")
RECEIPT_TITLE = Text(id="Tanda terima pendaftaran", en="Receipt of registration")


async def show_form(desk: Desk, request: Request) -> Response:
    """`GET /daftar`: the form with a fresh nonce, or why there is none now."""
    held = hold.held_at(desk.calendar.facts, REGISTRATION, request.now)
    if held is None and not desk.calendar.reachable:
        held = Hold.PAUSED
    if held is not None:
        return hold.held(desk, request, held, subject=REGISTRATION)
    document = _form(request.language(), nonce=checks.fresh_nonce())
    return answers.shown(document, headers=(answers.WITH_SCRIPTS,))


async def take_form(desk: Desk, request: Request) -> Response:
    """`POST /daftar`: 303 to the receipt; 422 the form again; 429 or 409 why not now."""
    form = request.form()
    language = request.language()
    email, phone = form.get("email", ""), form.get("phone", "")
    nonce = checks.check_nonce(form.get("nonce", ""))
    checked = checks.check_registration(email=email, phone=phone)
    if isinstance(checked, tuple):
        return _form_again(language, form, checked, nonce=nonce or checks.fresh_nonce())
    if nonce is None:
        refused = (checks.FormAlreadySent(),)
        return _form_again(language, form, refused, nonce=checks.fresh_nonce())
    row = _row(desk, request, checked, key=nonce, language=language)
    held = hold.held_at(desk.calendar.facts, REGISTRATION, request.now)
    outcome = await hold.take(desk.submissions, row, held=held)
    if isinstance(outcome, Hold):
        fields = {"email": email, "phone": phone, "nonce": nonce, "bahasa": language}
        fields |= {name: form.get(name, "") for name in ("ticket", "altcha")}
        kept = Kept("/daftar", fields)
        return hold.held(desk, request, outcome, subject=REGISTRATION, kept=kept)
    if outcome in FORM_REFUSALS:
        refusals = (FORM_REFUSALS[outcome](),)
        return _form_again(language, form, refusals, nonce=checks.fresh_nonce())
    return answers.sent_on(f"/tanda-terima/{row.receipt}")


async def take_json(desk: Desk, request: Request) -> Response:
    """`POST /api/v1/registrations`: 201 with the receipt, or a problem document."""
    try:
        key = checks.check_key(request.headers.get("idempotency-key"))
        body = checks.read_json_registration(request.body)
    except Refusal as refusal:
        return answers.refused((refusal,), request)
    checked = checks.check_registration(email=body.email, phone=body.phone)
    if isinstance(checked, tuple):
        return answers.refused(checked, request)
    row = _row(desk, request, checked, key=key, language=request.language())
    held = hold.held_at(desk.calendar.facts, REGISTRATION, request.now)
    outcome = await hold.take(desk.submissions, row, held=held)
    if isinstance(outcome, Hold):
        return hold.held(desk, request, outcome, subject=REGISTRATION)
    if outcome in KEY_REFUSALS:
        return answers.refused((KEY_REFUSALS[outcome](),), request)
    return answers.document({"receipt": row.receipt}, status=HTTPStatus.CREATED)


async def show_receipt_page(desk: Desk, request: Request) -> Response:
    """`GET /tanda-terima/<receipt>`: large, selectable, printable; nothing is looked up."""
    receipt = read_receipt(request.argument)
    if receipt is None or not is_receipt(receipt, key=desk.receipt_key):
        return tell(request, UNKNOWN_RECEIPT)
    language = request.language()
    inside = part("tanda-terima", language, receipt=show_receipt(receipt))
    document = page(language=language, title=RECEIPT_TITLE, inside=inside, path=request.path)
    return answers.shown(document, headers=(answers.NO_REFERRER,))


def _row(
    desk: Desk, request: Request, checked: checks.Checked, *, key: str, language: Language
) -> SubmissionRow:
    ring, phone = desk.config.keyring, checked.phone
    return SubmissionRow(
        idempotency_key=key,
        receipt=receipt_for(key=desk.receipt_key, idempotency_key=key),
        email_sealed=seal(ring, checked.email, purpose="email"),
        email_index=blind_index(ring, checked.email_for_index, purpose="email"),
        phone_sealed=seal(ring, phone, purpose="phone") if phone else None,
        phone_index=blind_index(ring, phone, purpose="phone") if phone else None,
        language=language,
        received_at=request.now,
        real_at=request.real_now,
    )


def _form_again(
    language: Language, form: Form, refusals: Sequence[Refusal], *, nonce: str
) -> Response:
    """422: the form with its error summary and what was typed."""
    document = _form(
        language,
        nonce=nonce,
        email=form.get("email", "")[:LONGEST_ECHO],
        phone=form.get("phone", "")[:LONGEST_ECHO],
        refusals=refusals,
    )
    return answers.shown(
        document, status=HTTPStatus.UNPROCESSABLE_ENTITY, headers=(answers.WITH_SCRIPTS,)
    )


def _form(
    language: Language,
    *,
    nonce: str,
    email: str = "",
    phone: str = "",
    refusals: Sequence[Refusal] = (),
) -> Markup:
    slots = {"nonce": nonce, "email": email, "phone": phone, "summary": NOTHING}
    slots |= {"ticket": "", "challenge": ""}
    if refusals:
        lines = "".join(
            part(
                "summary-line",
                language,
                field=each.field or "email",
                words=each.text.in_language(language),
            )
            for each in refusals
        )
        slots["summary"] = part("summary", language, lines=Markup(lines))
    by_field = {each.field: each for each in refusals if each.field}
    for name in ("email", "phone"):
        slots |= _field_slots(name, by_field.get(name), language)
    inside = part("daftar", language, **slots)
    return page(
        language=language, title=FORM_TITLE, inside=inside, path="/daftar", wrong=bool(refusals)
    )


def _field_slots(name: str, refusal: Refusal | None, language: Language) -> dict[str, str]:
    problem = NOTHING
    if refusal is not None:
        words = refusal.text.in_language(language)
        problem = part("problem", language, field=name, words=words)
    return {
        f"{name}_wrong": " wrong" if refusal else "",
        f"{name}_problem": problem,
        f"{name}_described": f" {name}-problem" if refusal else "",
        f"{name}_invalid": Markup(' aria-invalid="true"') if refusal else NOTHING,
    }
