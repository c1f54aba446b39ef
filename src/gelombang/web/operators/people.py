"""Find a person by their receipt, for a reason, and see what they see. Every look is noted."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from gelombang.journey.registration import queries as registration
from gelombang.journey.verification import queries as verification
from gelombang.kit.ids import read_receipt
from gelombang.kit.sealing import SealBroken, unseal
from gelombang.records.people import queries as people
from gelombang.web import reading
from gelombang.web.authority import BOTH, PROGRAMME_OFFICER, SUPPORT_AGENT, staff
from gelombang.web.fields import Field, Problem, show_form
from gelombang.web.operators import desk
from gelombang.web.operators.door import reason_field
from gelombang.web.participants import next_steps, progress
from gelombang.web.participants.waiting import further_waits


@staff(SUPPORT_AGENT, PROGRAMME_OFFICER, methods=BOTH)
def find(request: HttpRequest, *, actor: str) -> HttpResponseBase:
    """The search, and on the same page what was found: the receipt stays out of addresses."""
    receipt = Field(
        "tanda_terima",
        _("Nomor tanda terima"),
        hint=_("24 huruf dan angka, boleh dengan tanda hubung. Minta penelepon membacakannya."),
    )
    fields = [receipt, reason_field()]
    if request.method != "POST":
        return show_form(request, "operators/orang.html", fields, **desk.shared(request))
    fields = [field.typed_in(request) for field in fields]
    plain, problems = _problems(fields)
    person_id = registration.person_by_receipt(receipt=plain) if not problems else None
    if problems:
        return _show(request, fields, problems)
    desk.note(
        actor=actor,
        action="people.look_up",
        subject=f"person:{person_id}" if person_id else "person:none",
        reason=fields[1].value,
        found=person_id is not None,
    )
    if person_id is None:
        unknown = _("Tidak ada pendaftaran dengan nomor ini, atau belum diterima dari pintu depan.")
        return _show(request, fields, [Problem("tanda_terima", unknown)])
    return _show_person(request, person_id)


def _problems(fields: list[Field]) -> tuple[str, list[Problem]]:
    """The receipt as it is stored, and what is wrong with the search."""
    receipt, reason = fields
    plain = read_receipt(receipt.value)
    found = []
    if plain is None:
        found.append(
            Problem("tanda_terima", _("Nomor tanda terima terdiri dari 24 huruf dan angka 2–7."))
        )
    if sentence := desk.lacking_reason(reason.value):
        found.append(Problem("alasan", sentence))
    return plain or "", found


def _show(request: HttpRequest, fields: list[Field], problems: list[Problem]) -> HttpResponseBase:
    return show_form(
        request, "operators/orang.html", fields, problems=problems, **desk.shared(request)
    )


def _show_person(request: HttpRequest, person_id: UUID) -> HttpResponseBase:
    clocks = reading.instants()
    found = progress.standing(person_id=person_id, clocks=clocks)
    context = {
        "standing": found,
        "next": next_steps.next_step(found) if found else None,
        "tasks": progress.tasks(found) if found else [],
        "wait": verification.wait_of(person_id=person_id, now=clocks.now, real_now=clocks.real_now),
        "further_waits": further_waits(found, person_id=person_id, clocks=clocks) if found else [],
        "address": _masked_address(person_id),
    }
    return desk.page(request, "operators/satu-orang.html", context)


def _masked_address(person_id: UUID) -> str:
    """`b•••@example.id`: enough to ask the caller about, not enough to write to."""
    contact = people.contacts(person_ids=[person_id]).get(person_id)
    if contact is None:
        return "–"
    try:
        address = unseal(reading.keyring(), contact.address_sealed, purpose="email")
    except SealBroken:
        return "–"
    local, _at, domain = address.partition("@")
    return f"{local[:1]}•••@{domain}"
