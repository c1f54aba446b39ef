"""The catalogue in public: find a training, compare up to three, read about one. No sign-in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from gelombang.journey.learning import queries as learning
from gelombang.journey.learning.rules import MODE_NAMES
from gelombang.kit.money import show_idr
from gelombang.web import reading
from gelombang.web.authority import public
from gelombang.web.fields import Field, Problem

A_PAGE = 12  # courses
MOST_PAGES = 1_000
MOST_COMPARED = 3
LONGEST_WORDS = 60
PRICES = (250_000, 500_000, 750_000, 1_000_000)
"""Whole rupiah that people may set as the most they want to pay."""
SORTS = ("", "price", "rating")
_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{0,39}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for; unknown values in an address count as not given."""

    category: str
    mode: str
    text: str
    most_price: int | None
    sort: str
    page: int

    @property
    def is_filtered(self) -> bool:
        """Whether anything narrows the list down."""
        return bool(self.category or self.mode or self.text or self.most_price)

    def address(self, page: int) -> str:
        """The same search at another page."""
        values = {
            "kategori": self.category,
            "cara": self.mode,
            "kata": self.text,
            "harga": str(self.most_price or ""),
            "urut": self.sort,
            "hal": str(page) if page > 1 else "",
        }
        query = urlencode({name: value for name, value in values.items() if value})
        return f"/pelatihan?{query}" if query else "/pelatihan"


@public()
def catalogue(request: HttpRequest) -> HttpResponseBase:
    """Every training on sale, filtered and sorted by the address alone."""
    categories = learning.categories()
    wanted = _wanted(request.GET, {each.code for each in categories})
    found = learning.catalogue(
        category=wanted.category,
        mode=wanted.mode,
        text=wanted.text,
        most_price=wanted.most_price,
        sort=wanted.sort,
        offset=(wanted.page - 1) * A_PAGE,
        limit=A_PAGE,
    )
    choices = [(each.code, each.name.in_language(reading.language())) for each in categories]
    pages = max(1, -(-found.total // A_PAGE))
    context = {
        "courses": found.courses,
        "total": found.total,
        "fields": _fields(wanted, choices),
        "wanted": wanted,
        "pages": pages,
        "before": wanted.address(wanted.page - 1) if wanted.page > 1 else "",
        "after": wanted.address(wanted.page + 1) if wanted.page < pages else "",
    }
    return render(request, "public/pelatihan.html", context)


def _wanted(asked: Mapping[str, str], categories: set[str]) -> Wanted:
    category, mode = asked.get("kategori", ""), asked.get("cara", "")
    price, page, sort = asked.get("harga", ""), asked.get("hal", ""), asked.get("urut", "")
    return Wanted(
        category=category if category in categories else "",
        mode=mode if mode in {each.value for each in MODE_NAMES} else "",
        text=" ".join(asked.get("kata", "").replace("\x00", "").split())[:LONGEST_WORDS],
        most_price=int(price) if price in {str(each) for each in PRICES} else None,
        sort=sort if sort in SORTS else "",
        page=_page(page),
    )


def _page(typed: str) -> int:
    is_number = typed.isascii() and typed.isdecimal()
    return min(max(int(typed[:6]), 1), MOST_PAGES) if is_number else 1


def _fields(wanted: Wanted, categories: list[tuple[str, str]]) -> list[Field]:
    """The questions of the filter, with what is set."""
    prices = [(str(each), show_idr(each)) for each in PRICES]
    sorts = [("price", _("Harga terendah")), ("rating", _("Nilai tertinggi"))]
    return [
        Field("kata", _("Kata yang dicari"), hint=_("Misalnya menjahit."), value=wanted.text),
        _choice("kategori", _("Bidang"), categories, wanted.category, _("Semua bidang")),
        _choice("cara", _("Cara belajar"), _mode_names(), wanted.mode, _("Semua cara")),
        _choice(
            "harga",
            _("Harga paling tinggi"),
            prices,
            str(wanted.most_price or ""),
            _("Berapa saja"),
        ),
        _choice("urut", _("Urutkan"), sorts, wanted.sort, _("Menurut bidang")),
    ]


def _choice(
    name: str, label: str, choices: list[tuple[str, str]], value: str, anything: str
) -> Field:
    return Field(name, label, kind="select", value=value, choices=choices, empty=anything)


def _mode_names() -> list[tuple[str, str]]:
    """How courses are given, in words."""
    return [(mode.value, text.in_language(reading.language())) for mode, text in MODE_NAMES.items()]


@public()
def compare(request: HttpRequest) -> HttpResponseBase:
    """Two or three courses side by side, as a plain table."""
    asked = dict.fromkeys(request.GET.getlist("kode"))
    codes = [code for code in asked if _CODE.fullmatch(code)]
    found = [learning.course(code=code) for code in codes[:MOST_COMPARED]]
    courses = [course for course in found if course is not None]
    problems = []
    if len(codes) > MOST_COMPARED:
        problems = [Problem("", _("Bandingkan paling banyak tiga. Inilah tiga yang pertama."))]
    elif len(courses) < 2:  # noqa: PLR2004 - one alone is not compared
        problems = [Problem("", _("Pilih dua atau tiga pelatihan di daftar, lalu bandingkan."))]
    context = {"courses": courses, "problems": problems}
    status = 422 if problems else 200
    return render(request, "public/bandingkan.html", context, status=status)


@public()
def course(request: HttpRequest, code: str) -> HttpResponseBase:
    """One training: what, by whom, when, how much, how others found it."""
    found = learning.course(code=code)
    if found is None:
        raise Http404
    return render(request, "public/satu-pelatihan.html", {"course": found})
