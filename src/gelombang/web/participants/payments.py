"""Every rupiah that the award promises: where it is, since when, why it waits, what to do."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from gelombang.journey.disbursement.rules import InstalmentState
from gelombang.web.authority import citizen
from gelombang.web.participants import benefit, wording


@citizen()
def payments(request: HttpRequest, *, person_id: UUID) -> HttpResponseBase:
    """The timeline of all payments, in words."""
    found = benefit.benefit_of(person_id=person_id)
    listed = found.payments if found else ()
    rows = [
        {
            "payment": each,
            "name": wording.payment_name(each),
            "told": wording.payment(each),
            "partner": wording.partner(each.partner),
            "is_late": each.due_at is not None and each.state != InstalmentState.PLANNED,
        }
        for each in listed
    ]
    paid = sum(each.amount for each in listed if each.state == InstalmentState.PAID)
    context = {
        "benefit": found,
        "rows": rows,
        "paid": paid,
        "promised": sum(each.amount for each in listed),
        "account": found.account if found else None,
        "partner": wording.partner(found.account.partner) if found and found.account else "",
    }
    return render(request, "participants/pembayaran.html", context)
