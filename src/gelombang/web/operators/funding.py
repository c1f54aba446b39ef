"""Fund a partner's float: type it, read it back in words, confirm. One funding is booked once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from gelombang.journey.disbursement import actions, queries
from gelombang.journey.disbursement.rules import PARTNERS
from gelombang.kit.errors import Refusal
from gelombang.records.audit import queries as audit
from gelombang.web import reading
from gelombang.web.authority import BOTH, FINANCE_MAKER, see_other, staff
from gelombang.web.fields import Field, Problem, mark, show_form
from gelombang.web.operators import desk
from gelombang.web.operators.door import reason_field

LARGEST_FUNDING = 10**15  # rupiah; a typing error beyond the whole budget
FUNDINGS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Funding:
    """Rupiah that somebody put with a partner, and why."""

    at: datetime
    partner: str
    amount: int
    actor: str
    reason: str


@staff(FINANCE_MAKER, methods=BOTH)
def fund(request: HttpRequest, *, actor: str) -> HttpResponseBase:
    """The form; then the same in words, to be confirmed; then the booking."""
    fields = _fields()
    if request.method != "POST":
        return _show(request, fields)
    fields = [field.typed_in(request) for field in fields]
    amount = rupiah_typed(fields[1].value)
    problems = _problems(fields, amount)
    if problems or amount is None:
        return _show(request, fields, problems)
    fields = [fields[0], replace(fields[1], value=str(amount)), fields[2]]
    funding_id = _known(reading.typed(request, "pendanaan"))
    if funding_id is None or reading.typed(request, "ubah"):
        return _confirm_or_change(request, fields, amount)
    try:
        _book(fields, amount, funding_id, actor=actor)
    except Refusal as refusal:
        fields, problems = mark(fields, refusal)
        return _show(request, fields, problems)
    return see_other("/meja/uang")


def rupiah_typed(text: str) -> int | None:
    """Whole rupiah out of `2.550.000.000`, `Rp2550000000` or `2 550 000 000`; None for no number.

    Points and blanks are passed over only where they part groups of three digits: `1.5` is no
    amount of ours.
    """
    plain = text.removeprefix("Rp").removeprefix("rp").strip()
    for mark_of_groups in (".", ",", " "):
        groups = plain.split(mark_of_groups)
        is_grouped = 1 <= len(groups[0]) <= len("999") and all(
            len(group) == len("999") for group in groups[1:]
        )
        if len(groups) > 1 and is_grouped:
            plain = "".join(groups)
            break
    is_number = plain.isascii() and plain.isdecimal() and len(plain) <= len(str(LARGEST_FUNDING))
    return int(plain) if is_number else None


def _fields() -> list[Field]:
    partners = Field(
        "partner",
        _("Mitra"),
        kind="select",
        choices=list(PARTNERS.items()),
    )
    amount = Field(
        "amount",
        _("Jumlah rupiah"),
        hint=_("Angka saja, boleh dengan titik: 2.550.000.000. Anda melihatnya lagi dalam kata."),
        kind="digits",
        short=True,
    )
    return [partners, amount, reason_field()]


def _problems(fields: list[Field], amount: int | None) -> list[Problem]:
    found = []
    if fields[0].value not in PARTNERS:
        found.append(Problem("partner", _("Pilih mitra yang menerima dana.")))
    if amount is None:
        found.append(Problem("amount", _("Tulis jumlahnya dengan angka, misalnya 2.550.000.000.")))
    elif not 0 < amount <= LARGEST_FUNDING:
        found.append(Problem("amount", _("Paling sedikit Rp1, paling banyak satu kuadriliun.")))
    if sentence := desk.lacking_reason(fields[2].value):
        found.append(Problem("alasan", sentence))
    return found


def _known(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _book(fields: list[Field], amount: int, funding_id: UUID, *, actor: str) -> None:
    clocks = reading.instants()
    actions.fund_float(
        partner=fields[0].value,
        amount=amount,
        funding_id=funding_id,
        reason=fields[2].value,
        actor=actor,
        now=clocks.now,
        real_now=clocks.real_now,
    )


def _confirm_or_change(request: HttpRequest, fields: list[Field], amount: int) -> HttpResponseBase:
    if reading.typed(request, "ubah"):
        return _show(request, fields)
    room = queries.float_rooms(partners=[fields[0].value])[0]
    return show_form(
        request,
        "operators/dana-periksa.html",
        fields,
        partner=fields[0].value,
        amount=amount,
        reason=fields[2].value,
        funding_id=uuid4(),
        before=room.balance,
        after=room.balance + amount,
        **desk.shared(request),
    )


def _show(
    request: HttpRequest, fields: list[Field], problems: list[Problem] | None = None
) -> HttpResponseBase:
    return show_form(
        request,
        "operators/dana.html",
        fields,
        problems=problems or [],
        floats=queries.floats(),
        fundings=_latest(),
        **desk.shared(request),
    )


def _latest() -> list[Funding]:
    """The latest fundings of all partners, as the trail has them."""
    found = [
        Funding(
            at=entry.at,
            partner=name,
            amount=int(str(entry.detail.get("amount", 0))),
            actor=entry.actor,
            reason=str(entry.detail.get("reason", "")),
        )
        for code, name in PARTNERS.items()
        for entry in audit.trail(subject=f"partner:{code}", limit=FUNDINGS_SHOWN)
        if entry.action == "disbursement.fund_float"
    ]
    return sorted(found, key=lambda each: each.at, reverse=True)[:FUNDINGS_SHOWN]
