"""Pages for what did not work: plain words, what to do next, a way back. No blame, no stack."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

import structlog
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.utils.translation import gettext as _

from gelombang.kit.errors import Refusal
from gelombang.web import reading

log = structlog.get_logger("gelombang.web")
RETRY_SECONDS = 15


def show(
    request: HttpRequest, *, status: int, title: str, what: str, todo: str = ""
) -> HttpResponse:
    """One page of trouble: what happened, and what to do next."""
    context = {"title": title, "what": what, "todo": todo}
    return render(request, "public/trouble.html", context, status=status)


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A refusal that no form of the page shows by itself."""
    return show(
        request,
        status=refusal.status,
        title=_("Permintaan ini belum bisa kami terima"),
        what=refusal.text.in_language(reading.language()),
        todo=_("Kembali ke halaman sebelumnya dan periksa lagi."),
    )


def paused(request: HttpRequest, outage: Exception) -> HttpResponse:
    """The database is away: nothing is lost, nothing half done."""
    log.warning("database away", path=request.path, kind=type(outage).__name__)
    response = show(
        request,
        status=429,
        title=_("Layanan sedang dijeda sebentar"),
        what=_("Kami belum bisa membuka catatan Anda. Yang sudah Anda kirim tetap tersimpan."),
        todo=_("Tunggu sekitar satu menit, lalu buka halaman ini lagi."),
    )
    response["Retry-After"] = str(RETRY_SECONDS)
    return response


def too_many(request: HttpRequest, *, seconds: int) -> HttpResponse:
    """Too many tries from one place."""
    response = show(
        request,
        status=429,
        title=_("Terlalu banyak percobaan"),
        what=_("Demi keamanan, halaman ini kami kunci sebentar."),
        todo=_("Tunggu 15 menit, lalu coba lagi."),
    )
    response["Retry-After"] = str(seconds)
    return response


def wrong_method(request: HttpRequest, allowed: Sequence[str]) -> HttpResponse:
    """The page is asked in a way that it does not know."""
    response = show(
        request,
        status=405,
        title=_("Halaman ini dibuka dengan cara lain"),
        what=_("Alamatnya benar, tetapi cara membukanya tidak dikenal."),
        todo=_("Buka halaman ini lewat tautan atau tombol di situs ini."),
    )
    response["Allow"] = ", ".join(allowed)
    return response


def wrong_type(request: HttpRequest) -> HttpResponse:
    """What was sent is not a form."""
    return show(
        request,
        status=415,
        title=_("Bentuk kiriman tidak dikenal"),
        what=_("Halaman ini hanya menerima isian formulir."),
        todo=_("Isi formulir di halaman ini, lalu kirim dengan tombolnya."),
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """The person is known, but this page belongs to others."""
    return show(
        request,
        status=403,
        title=_("Halaman ini bukan untuk akun Anda"),
        what=_("Akun Anda tidak punya wewenang untuk halaman ini."),
        todo=_("Hubungi penanggung jawab Anda bila ini seharusnya terbuka."),
    )


def no_token(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    """A form came without the token of its page: an old tab, or another site."""
    return show(
        request,
        status=403,
        title=_("Formulir ini sudah terlalu lama terbuka"),
        what=_("Kami tidak bisa memastikan bahwa formulir ini dikirim dari halaman kami."),
        todo=_("Kembali, muat ulang halamannya, lalu kirim sekali lagi."),
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What was sent cannot be read, or is larger than any form of ours."""
    if isinstance(exception, RequestDataTooBig):
        return show(
            request,
            status=413,
            title=_("Kiriman ini terlalu besar"),
            what=_("Formulir ini menerima paling banyak 2 MB."),
            todo=_("Kirim data yang lebih kecil."),
        )
    return show(
        request,
        status=400,
        title=_("Kiriman ini tidak terbaca"),
        what=_("Sebagian data tidak sampai dengan utuh."),
        todo=_("Kembali, muat ulang halamannya, lalu kirim sekali lagi."),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """No such page."""
    return show(
        request,
        status=404,
        title=_("Halaman ini tidak ada"),
        what=_("Alamatnya mungkin salah ketik, atau halamannya sudah pindah."),
        todo=_("Periksa alamatnya, atau mulai dari halaman depan."),
    )


def broken(request: HttpRequest) -> HttpResponse:
    """Our own mistake: a page that needs neither the database nor a session."""
    reference = secrets.token_hex(4).upper()
    log.error("page broke", reference=reference, path=request.path)
    context = {"reference": reference, "language": reading.language()}
    page = get_template("public/broken.html").render(context)
    return HttpResponse(page, status=500, headers={"Cache-Control": "no-store"})
