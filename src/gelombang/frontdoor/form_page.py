"""The form of registration: fresh, or again with what was typed and what is to be mended."""

from collections.abc import Sequence
from http import HTTPStatus

from gelombang.frontdoor import answers, checks
from gelombang.frontdoor.core import Form, Request, Response
from gelombang.frontdoor.desk import Desk
from gelombang.frontdoor.pages import NOTHING, Markup, page, part
from gelombang.kit import altcha
from gelombang.kit.errors import Refusal
from gelombang.kit.tokens import Ticket
from gelombang.kit.words import Language, Text

LONGEST_ECHO = 1000  # letters of a field that come back to whoever typed them
TITLE = Text(id="Daftar", en="Register")


def fresh_form(desk: Desk, request: Request, ticket: Ticket) -> Response:
    """200 with an empty form; its ticket counts from now, should there be a queue by the end."""
    document = _form(
        request.language(),
        nonce=checks.fresh_nonce(),
        ticket=desk.gate.token_of(ticket),
        challenge=challenge_of(desk, request),
    )
    return answers.shown(document, headers=(answers.WITH_SCRIPTS,))


def form_again(
    desk: Desk, request: Request, form: Form, refusals: Sequence[Refusal], *, nonce: str
) -> Response:
    """422: the form with its error summary and what was typed, under the same ticket."""
    document = _form(
        request.language(),
        nonce=nonce,
        ticket=form.get("ticket", "")[:LONGEST_ECHO],
        challenge=challenge_of(desk, request),
        email=form.get("email", "")[:LONGEST_ECHO],
        phone=form.get("phone", "")[:LONGEST_ECHO],
        refusals=refusals,
    )
    return answers.shown(
        document, status=HTTPStatus.UNPROCESSABLE_ENTITY, headers=(answers.WITH_SCRIPTS,)
    )


def challenge_of(desk: Desk, request: Request) -> str:
    """A challenge for the script of the form, as JSON; empty while no work is asked for."""
    cost = desk.calendar.facts.controls.proof_cost
    if cost == 0:
        return ""
    expires_at = request.real_now + desk.config.limits.challenge_life
    return altcha.as_json(altcha.challenge(desk.secrets, cost=cost, expires_at=expires_at)).decode()


def _form(
    language: Language,
    *,
    nonce: str,
    ticket: str,
    challenge: str,
    email: str = "",
    phone: str = "",
    refusals: Sequence[Refusal] = (),
) -> Markup:
    slots = {
        "nonce": nonce,
        "ticket": ticket,
        "challenge": challenge,
        "email": email,
        "phone": phone,
        "summary": NOTHING,
    }
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
    return page(language=language, title=TITLE, inside=inside, path="/daftar", wrong=bool(refusals))


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
