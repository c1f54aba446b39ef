"""Staff sign in with a password and the code of their device; five misses lock for a while."""

from __future__ import annotations

from typing import Any

import django_otp
from django.contrib import auth
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from gelombang.web import reading
from gelombang.web.authority import BOTH, public, see_other, staff
from gelombang.web.fields import Field, Problem, show_form
from gelombang.web.operators import desk
from gelombang.web.public import trouble

LOCKED_SECONDS = 15 * 60


def _fields() -> list[Field]:
    return [
        Field("username", _("Nama pengguna"), autocomplete="username"),
        Field("password", _("Kata sandi"), kind="password", autocomplete="current-password"),
        Field(
            "kode",
            _("Kode dari perangkat Anda"),
            hint=_("6 angka dari aplikasi autentikasi. Setiap kode hanya sekali pakai."),
            kind="code",
            autocomplete="one-time-code",
            short=True,
        ),
    ]


@public(BOTH)
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """One page, one answer for a wrong name, a wrong password and a wrong code."""
    back = reading.chosen_path(request, otherwise="/meja/")
    if request.method != "POST":
        return show_form(request, "operators/masuk.html", _fields(), back=back)
    user = _known_user(request)
    if getattr(request, "axes_locked_out", False):
        return locked_out(request)
    if user is None:
        wrong = _("Nama, kata sandi, atau kode belum cocok. Kode yang sudah dipakai tidak berlaku.")
        fields = [field.typed_in(request) for field in _fields()]
        return show_form(
            request, "operators/masuk.html", fields, problems=[Problem("", wrong)], back=back
        )
    request.session.flush()
    auth.login(request, user)
    django_otp.login(request, user.otp_device)
    desk.note(actor=f"staff:{user.get_username()}", action="staff.sign_in", subject="staff")
    return see_other(back)


def _known_user(request: HttpRequest) -> Any:
    """The user whose password and code both fit; a wrong code counts like a wrong password."""
    name, password = reading.typed(request, "username"), request.POST.get("password", "")
    user: Any = auth.authenticate(request, username=name, password=password)
    if user is None or not user.is_active:
        return None
    with transaction.atomic():
        user.otp_device = django_otp.match_token(user, reading.typed(request, "kode"))
    if user.otp_device is None:
        auth.signals.user_login_failed.send(
            sender=__name__, credentials={"username": name}, request=request
        )
        return None
    return user


def locked_out(
    request: HttpRequest,
    original_response: HttpResponse | None = None,  # noqa: ARG001 - the lock's own signature
    credentials: dict[str, Any] | None = None,  # noqa: ARG001 - the same
) -> HttpResponse:
    """Too many misses from this place for this name."""
    return trouble.too_many(request, seconds=LOCKED_SECONDS)


@staff(methods=BOTH)
def sign_out(request: HttpRequest, *, actor: str) -> HttpResponseBase:
    """Ask once, then end the session."""
    if request.method != "POST":
        return render(request, "operators/keluar.html", desk.shared(request))
    desk.note(actor=actor, action="staff.sign_out", subject="staff")
    auth.logout(request)
    return see_other("/meja/masuk")
