"""Agencies upload lists of people whom they propose. A nomination registers nobody."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from gelombang.journey.nominations import actions, queries
from gelombang.journey.nominations.rules import LARGEST_FILE, EmptyFile
from gelombang.kit.errors import Refusal
from gelombang.web import reading
from gelombang.web.authority import (
    AGENCY_OFFICER,
    BOTH,
    PROGRAMME_OFFICER,
    agency_of,
    group_names,
    see_other,
    staff,
)
from gelombang.web.fields import Field, Problem, show_form
from gelombang.web.operators import desk

COLUMNS = "nik,name,phone,agency_type,sector,employment_status,area,reason"


def _file_field() -> Field:
    return Field(
        "berkas",
        _("Berkas CSV"),
        hint=_("Teks UTF-8, dipisah koma, dengan judul kolom di baris pertama."),
        kind="file",
    )


@staff(AGENCY_OFFICER, PROGRAMME_OFFICER, methods=BOTH)
def nominations(request: HttpRequest, *, actor: str) -> HttpResponseBase:
    """The lists of the officer's agency (the programme office sees all), and the upload."""
    user: Any = request.user
    agency = agency_of(user)
    if request.method != "POST":
        return _show(request, agency)
    if not agency:
        no_agency = _("Akun Anda belum ditautkan ke sebuah instansi, jadi belum bisa mengunggah.")
        return _show(request, agency, Problem("", no_agency))
    try:
        result = actions.import_list(
            agency=agency,
            file=_uploaded(request),
            keyring=reading.keyring(),
            actor=actor,
            now=reading.instants().now,
            real_now=reading.instants().real_now,
        )
    except Refusal as refusal:
        sentence = refusal.text.in_language(reading.language())
        return _show(request, agency, Problem("berkas", sentence))
    return see_other(f"/meja/nominasi?daftar={result.list_id}")


def _uploaded(request: HttpRequest) -> bytes:
    """The bytes of the file. Raises EmptyFile without one; reads at most one byte too many."""
    found = request.FILES.get("berkas")
    if not isinstance(found, UploadedFile):
        raise EmptyFile(field="berkas")
    return bytes(found.read(LARGEST_FILE + 1))


def _show(request: HttpRequest, agency: str, problem: Problem | None = None) -> HttpResponseBase:
    user: Any = request.user
    sees_all = PROGRAMME_OFFICER in group_names(user)
    lists = queries.lists(agency=None if sees_all else agency)
    return show_form(
        request,
        "agencies/nominasi.html",
        [_file_field()],
        problems=[problem] if problem else [],
        lists=lists,
        latest=next((a for a in lists if str(a.list_id) == request.GET.get("daftar")), None),
        agency=agency,
        columns=COLUMNS,
        **desk.shared(request),
    )


@staff(AGENCY_OFFICER, PROGRAMME_OFFICER)
def error_file(request: HttpRequest, *, actor: str, list_id: int) -> HttpResponseBase:  # noqa: ARG001
    """The rows that were not taken: row, column, problem; no values."""
    user: Any = request.user
    sees_all = PROGRAMME_OFFICER in group_names(user)
    text = queries.error_file(list_id=list_id, agency=None if sees_all else agency_of(user))
    if text is None:
        raise Http404
    name = f"perlu-diperbaiki-{list_id}.csv"
    return HttpResponse(
        text,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
