"""Who may open a page. Every view says it with one of these decorators, and nowhere else.

A view carries its rule as the attribute `authority`, which a test compares with the routes.
Refusals and outages become pages here, so that views hold only their own way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Literal
from urllib.parse import urlencode

from django.contrib import auth
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect

from gelombang.kit.errors import Refusal
from gelombang.web import citizens, reading
from gelombang.web.public import trouble

View = Callable[..., HttpResponseBase]
PROGRAMME_OFFICER, PROGRAMME_DIRECTOR = "programme_officer", "programme_director"
AGENCY_OFFICER, SUPPORT_AGENT = "agency_officer", "support_agent"
OPERATOR, AUDITOR = "operator", "auditor"
FINANCE_MAKER, FINANCE_CHECKER = "finance_maker", "finance_checker"
FINANCE_RELEASER = "finance_releaser"
FINANCE = (FINANCE_MAKER, FINANCE_CHECKER, FINANCE_RELEASER)
GROUPS = (
    PROGRAMME_OFFICER,
    PROGRAMME_DIRECTOR,
    AGENCY_OFFICER,
    SUPPORT_AGENT,
    OPERATOR,
    AUDITOR,
    *FINANCE,
)
AGENCY_PREFIX = "agency:"  # a group of this kind says for which agency an officer works
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
READ, WRITE, BOTH = ("GET",), ("POST",), ("GET", "POST")


@dataclass(frozen=True, slots=True)
class Authority:
    """The rule of one view: whom it lets in, by which methods, and for staff from which groups."""

    kind: Literal["public", "citizen", "staff", "provider"]
    methods: tuple[str, ...]
    groups: frozenset[str] = frozenset()


def public(methods: tuple[str, ...] = READ) -> Callable[[View], View]:
    """Anybody may open this page."""
    return lambda view: _guarded(view, Authority("public", methods), view)


def citizen(methods: tuple[str, ...] = READ) -> Callable[[View], View]:
    """Only a signed-in citizen; the view gets `person_id`. Others are sent to sign in."""

    def decorate(view: View) -> View:
        def admit(request: HttpRequest, **address: Any) -> HttpResponseBase:
            real_now = reading.instants().real_now
            person_id = citizens.signed_in(request.session, real_now=real_now)
            if person_id is None:
                return _to_sign_in(request, "/masuk")
            response = view(request, person_id=person_id, **address)
            is_used = request.session.modified and citizens.PERSON in request.session
            if is_used and isinstance(response, HttpResponse):
                citizens.give_pass(response, person_id=person_id, real_now=real_now)
            return response

        return _guarded(view, Authority("citizen", methods), admit)

    return decorate


def staff(*groups: str, methods: tuple[str, ...] = READ) -> Callable[[View], View]:
    """Only staff whose second factor was checked; the view gets `actor`.

    Of one of the groups, or of any where none is named.
    """
    unknown = set(groups) - set(GROUPS)
    if unknown:
        raise ValueError(f"no such groups: {sorted(unknown)}")
    authority = Authority("staff", methods, frozenset(groups))

    def decorate(view: View) -> View:
        def admit(request: HttpRequest, **address: Any) -> HttpResponseBase:
            user: Any = request.user
            if not (user.is_authenticated and user.is_active and user.is_verified()):
                return _to_sign_in(request, "/meja/masuk")
            if citizens.went_idle(request.session, real_now=reading.instants().real_now):
                auth.logout(request)
                return _to_sign_in(request, "/meja/masuk")
            if not may(user, authority):
                return trouble.forbidden(request)
            return view(request, actor=f"staff:{user.get_username()}", **address)

        return _guarded(view, authority, admit)

    return decorate


def provider(view: View) -> View:
    """Only a training provider that signs its call; the view itself answers in its envelope.

    A signature stands for a session here, so no form's token is asked for.
    """

    @wraps(view)
    def guarded(request: HttpRequest, **address: Any) -> HttpResponseBase:
        response = view(request, **address)
        response.headers["Cache-Control"] = "no-store"
        return response

    guarded.csrf_exempt = True  # type: ignore[attr-defined]
    guarded.authority = Authority("provider", WRITE)  # type: ignore[attr-defined]
    return guarded


def may(user: Any, authority: Authority) -> bool:
    """Whether a member of staff belongs to a group that the rule names."""
    return not authority.groups or bool(authority.groups & group_names(user))


def group_names(user: Any) -> frozenset[str]:
    """The groups of a member of staff, read once per request."""
    if not hasattr(user, "known_groups"):
        user.known_groups = frozenset(user.groups.values_list("name", flat=True))
    return frozenset(user.known_groups)


def agency_of(user: Any) -> str:
    """The agency that an agency officer works for; empty when nobody set one."""
    agencies = [name for name in group_names(user) if name.startswith(AGENCY_PREFIX)]
    return min(agencies).removeprefix(AGENCY_PREFIX) if agencies else ""


def _guarded(view: View, authority: Authority, admit: View) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, **address: Any) -> HttpResponseBase:
        method = "GET" if request.method == "HEAD" else str(request.method)
        if method not in authority.methods:
            return trouble.wrong_method(request, authority.methods)
        if method == "POST" and request.content_type not in FORM_TYPES:
            return trouble.wrong_type(request)
        try:
            response = admit(request, **address)
        except Refusal as refusal:
            response = trouble.refused(request, refusal)
        except (OperationalError, InterfaceError) as outage:
            response = trouble.paused(request, outage)
        keep = "no-cache" if authority.kind == "public" and method == "GET" else "no-store"
        response.headers.setdefault("Cache-Control", keep)
        return response

    guarded.authority = authority  # type: ignore[attr-defined]
    return guarded


def _to_sign_in(request: HttpRequest, place: str) -> HttpResponseRedirect:
    back = request.get_full_path() if request.method in {"GET", "HEAD"} else ""
    query = f"?{urlencode({'ke': back})}" if back else ""
    return see_other(f"{place}{query}")


class SeeOther(HttpResponseRedirect):
    """After a deed, look there (303): reloading the page never repeats the deed."""

    status_code = 303


def see_other(place: str) -> SeeOther:
    """A 303 to a page of ours."""
    return SeeOther(place)
