"""Courses as the office sees them, and calling a class off."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from gelombang.journey.learning import actions, queries
from gelombang.journey.learning.queries import DeskCourse
from gelombang.journey.learning.rules import PurchaseState
from gelombang.kit.errors import Refusal
from gelombang.web import reading
from gelombang.web.authority import (
    AUDITOR,
    BOTH,
    OPERATOR,
    PROGRAMME_DIRECTOR,
    PROGRAMME_OFFICER,
    SUPPORT_AGENT,
    group_names,
    see_other,
    staff,
)
from gelombang.web.fields import Field, Problem, mark, show_form
from gelombang.web.operators import desk
from gelombang.web.operators.door import reason_field

COURSES_SHOWN = 100
DECIDERS = (PROGRAMME_OFFICER, PROGRAMME_DIRECTOR)


@staff(*DECIDERS, OPERATOR, AUDITOR, SUPPORT_AGENT)
def overview(request: HttpRequest, *, actor: str) -> HttpResponseBase:  # noqa: ARG001 - reading only
    """Every course with its purchases and its rating."""
    found = queries.courses_for_desk()
    page = desk.page_number(request)
    shown = found[(page - 1) * COURSES_SHOWN : page * COURSES_SHOWN]
    context = {
        "rows": [_row(each) for each in shown],
        "total": len(found),
        "on_sale": sum(each.course.is_on_sale for each in found),
        "under_way": sum(each.unfinished for each in found),
        "finished": sum(each.purchases.get(PurchaseState.COMPLETED, 0) for each in found),
        "may_cancel": bool(group_names(request.user) & set(DECIDERS)),
        "pages": desk.neighbours(page, has_more=len(found) > page * COURSES_SHOWN),
    }
    return desk.page(request, "operators/pelatihan.html", context)


def _row(each: DeskCourse) -> dict[str, object]:
    return {
        "course": each.course,
        "under_way": each.unfinished,
        "finished": each.purchases.get(PurchaseState.COMPLETED, 0),
        "given_back": each.purchases.get(PurchaseState.CANCELLED, 0),
    }


@staff(*DECIDERS, methods=BOTH)
def cancel(request: HttpRequest, *, actor: str, code: str) -> HttpResponseBase:
    """Call a class off: a reason, the typed code, and every unfinished purchase is given back."""
    found = next((each for each in queries.courses_for_desk() if each.course.code == code), None)
    if found is None:
        raise Http404
    confirm = Field(
        "kode",
        _("Ketik %(code)s untuk memastikan") % {"code": code},
        hint=_("Huruf besar dan tanda hubung harus sama."),
    )
    fields = [reason_field(), confirm]
    if request.method != "POST" or found.course.cancelled_at:
        return _show(request, found, fields)
    fields = [field.typed_in(request) for field in fields]
    problems = _problems(fields, code)
    if not problems:
        try:
            _call_off(code, fields[0].value, actor=actor)
        except Refusal as refusal:
            fields, problems = mark(fields, refusal)
        else:
            return see_other("/meja/pelatihan")
    return _show(request, found, fields, problems)


def _problems(fields: list[Field], code: str) -> list[Problem]:
    found = []
    if sentence := desk.lacking_reason(fields[0].value):
        found.append(Problem("alasan", sentence))
    if fields[1].value != code:
        found.append(Problem("kode", _("Ketik persis %(code)s.") % {"code": code}))
    return found


def _call_off(code: str, reason: str, *, actor: str) -> None:
    clocks = reading.instants()
    actions.cancel_course(
        course_code=code,
        reason=reason,
        actor=actor,
        now=clocks.now,
        real_now=clocks.real_now,
        keyring=reading.keyring(),
        base_url=reading.environment().base_url,
    )


def _show(
    request: HttpRequest,
    found: DeskCourse,
    fields: list[Field],
    problems: list[Problem] | None = None,
) -> HttpResponseBase:
    return show_form(
        request,
        "operators/batal-kelas.html",
        fields,
        problems=problems or [],
        course=found.course,
        under_way=found.unfinished,
        **desk.shared(request),
    )
