"""Figures, schedule, help, personal data: pages that anybody may read."""

from __future__ import annotations

import json
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from gelombang.records.notices.rules import is_number_of_ours
from gelombang.records.programme import queries as programme
from gelombang.records.programme.terms import REGISTRATION
from gelombang.web import reading
from gelombang.web.authority import BOTH, public
from gelombang.web.fields import Field, Problem, show_form
from gelombang.web.public import figures, genuine


@public()
def numbers(request: HttpRequest) -> HttpResponseBase:
    """The funnel and the money with their definitions, instants and denominators."""
    place = reading.environment().data_dir
    context = {
        "funnel": figures.read(place),
        "money": figures.read_money(place),
        "visitors": figures.read_visitors(place),
    }
    return render(request, "public/angka.html", context)


@public()
def numbers_csv(request: HttpRequest) -> HttpResponseBase:  # noqa: ARG001 - Django's signature
    """The funnel as CSV."""
    return _download(_funnel().table(), "text/csv; charset=utf-8", "angka.csv")


@public()
def numbers_json(request: HttpRequest) -> HttpResponseBase:  # noqa: ARG001 - Django's signature
    """The funnel as JSON."""
    text = json.dumps(_funnel().document(), indent=1) + "\n"
    return _download(text, "application/json", "angka.json")


@public()
def money_csv(request: HttpRequest) -> HttpResponseBase:  # noqa: ARG001 - Django's signature
    """The figures of the money as CSV."""
    return _download(_money().table(), "text/csv; charset=utf-8", "angka-uang.csv")


@public()
def money_json(request: HttpRequest) -> HttpResponseBase:  # noqa: ARG001 - Django's signature
    """The figures of the money as JSON."""
    text = json.dumps(_money().document(), indent=1) + "\n"
    return _download(text, "application/json", "angka-uang.json")


@public()
def visitors_csv(request: HttpRequest) -> HttpResponseBase:  # noqa: ARG001 - Django's signature
    """The visitors of each day as CSV."""
    return _download(_visitors().table(), "text/csv; charset=utf-8", "angka-pengunjung.csv")


@public()
def visitors_json(request: HttpRequest) -> HttpResponseBase:  # noqa: ARG001 - Django's signature
    """The visitors of each day as JSON."""
    text = json.dumps(_visitors().document(), indent=1) + "\n"
    return _download(text, "application/json", "angka-pengunjung.json")


def _visitors() -> figures.Visitors:
    visitors = figures.read_visitors(reading.environment().data_dir)
    if visitors is None:
        raise Http404
    return visitors


def _money() -> figures.Money:
    money = figures.read_money(reading.environment().data_dir)
    if money is None:
        raise Http404
    return money


def _funnel() -> figures.Funnel:
    funnel = figures.read(reading.environment().data_dir)
    if funnel is None:
        raise Http404
    return funnel


def _download(text: str, kind: str, name: str) -> HttpResponse:
    disposition = f'attachment; filename="{name}"'
    return HttpResponse(text, content_type=kind, headers={"Content-Disposition": disposition})


@public()
def schedule(request: HttpRequest) -> HttpResponseBase:
    """Every calendar in force, and how each came about."""
    now = reading.instants().now
    stages = programme.stages()
    entries = [
        {
            "calendar": entry,
            "stage": _stage(entry, now),
            "history": programme.schedule_history(subject=entry.subject)[1:],
            "area_stages": [each for each in stages if each.subject == entry.subject],
        }
        for entry in sorted(programme.schedules(), key=lambda each: each.subject != REGISTRATION)
    ]
    return render(request, "public/jadwal.html", {"entries": entries, "now": now})


def _stage(entry: programme.Calendar, now: datetime) -> str:
    if entry.opens_at > now:
        return "coming"
    return "over" if entry.closes_at and entry.closes_at <= now else "open"


@public()
def help_page(request: HttpRequest) -> HttpResponseBase:
    """Answers to what people ask most."""
    return render(request, "public/bantuan.html")


@public()
def privacy(request: HttpRequest) -> HttpResponseBase:
    """What is kept about people, why, and who sees it."""
    return render(request, "public/privasi.html")


@public(methods=BOTH)
def check_message(request: HttpRequest) -> HttpResponseBase:
    """Whether an address, a sender, a letter number or a whole message is ours.

    What was pasted is judged and forgotten: it stands in no log, no table and no address.
    """
    environment = reading.environment()
    ours = genuine.Ours(
        base_url=environment.base_url,
        sender=environment.smtp_from,
        is_number=lambda number: is_number_of_ours(number, keyring=reading.keyring()),
    )
    pasted = request.POST.get("pesan", "").strip()
    problems, report = [], None
    if 0 < len(pasted) <= genuine.LONGEST_PASTED:
        report = genuine.examine(pasted, ours)
    elif request.method == "POST":
        problems = [Problem("pesan", _pasted_wrong(pasted))]
    response = show_form(
        request, "public/periksa-pesan.html", [_pasted()], problems=problems, report=report,
        ours=ours,
    )  # fmt: skip
    response.headers["Cache-Control"] = "no-store"
    return response


def _pasted() -> Field:
    hint = _("Tempel seluruhnya, termasuk tautan dan baris terakhirnya. Kami tidak menyimpannya.")
    return Field("pesan", _("Alamat, pengirim, atau isi pesan"), hint=hint, kind="textarea")


def _pasted_wrong(pasted: str) -> str:
    if not pasted:
        return _("Tempel dahulu pesan atau alamat yang ingin diperiksa.")
    return _("Tempel paling banyak 5.000 huruf. Bagian dengan tautannya sudah cukup.")
