"""Every route says whom it lets in, and the ones that let anybody in are listed here by hand."""

import functools
import inspect
import re
from collections.abc import Iterator

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, path

from gelombang.web.api.calls import api
from gelombang.web.authority import Authority

# Routes of the house that anybody may open. A new one is added here on purpose or not at all.
PUBLIC = {
    "angka",
    "angka-pengunjung.csv",
    "angka-pengunjung.json",
    "angka-uang.csv",
    "angka-uang.json",
    "angka.csv",
    "angka.json",
    "api/<path:rest>",
    "bantuan",
    "gabung/<wave:wave_id>",
    "jadwal",
    "masuk",
    "masuk/kirim-ulang",
    "masuk/kode",
    "meja/masuk",
    "pelatihan",
    "pelatihan/<course:code>",
    "pelatihan/bandingkan",
    "periksa-pesan",
    "privasi",
    "sertifikat",
    "sertifikat/<certificate:number>",
    "status",
    "undian",
    "undian/<wave:wave_id>/",
    "undian/<wave:wave_id>/<published:name>",
    "undian/<wave:wave_id>/cari",
    "undian/<wave:wave_id>/tiket/<ticket:ticket>",
}
PUBLIC_CALLS = {
    ("GET", "/courses"),
    ("GET", "/funnel"),
    ("GET", "/waves"),
    ("POST", "/sign-in"),
    ("POST", "/sign-in/code"),
}
SIGNED = {
    "api/v1/dci/registry/notify",
    "api/v1/integration/payment/redeem-code/commit",
    "api/v1/integration/payment/redeem-code/status",
    "api/v1/messaging/receipts",
    "api/v1/messaging/reports",
}
SAMPLES = {
    "wave": "PKJ-2020-W01",
    "ticket": "W01-048821930117",
    "published": "candidates.csv",
    "course": "BK-EXCEL-01",
    "certificate": "K7QF2M5AXW4TJJ2C",
    "int": "1",
    "slug": "nik",
    "str": "x",
    "path": "x",
    "uuid": "00000000-0000-7000-8000-000000000000",
}


def _routes(patterns: list, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for each in patterns:
        route = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from _routes(each.url_patterns, route)
        else:
            yield route, each


def _is_of_the_framework(pattern: URLPattern) -> bool:
    """The API's calls, whose authority the framework holds: they are looked at apart."""
    view = pattern.callback
    view = view.func if isinstance(view, functools.partial) else view
    return inspect.getmodule(view).__name__.startswith("ninja")


def _all_routes() -> list[tuple[str, URLPattern]]:
    return list(_routes(get_resolver().url_patterns))


def _house_routes() -> list[tuple[str, URLPattern]]:
    return [(route, each) for route, each in _all_routes() if not _is_of_the_framework(each)]


def _undeclared(routes: list[tuple[str, URLPattern]]) -> list[str]:
    return [
        route
        for route, pattern in routes
        if not isinstance(getattr(pattern.callback, "authority", None), Authority)
    ]


def _of_kind(kind: str) -> list[str]:
    return sorted(
        route for route, pattern in _house_routes() if pattern.callback.authority.kind == kind
    )


def _address(route: str) -> str:
    """The route with a sample for each of its places."""
    return "/" + re.sub(r"<(?:(\w+):)?\w+>", lambda place: SAMPLES[place[1] or "str"], route)


def test_every_route_says_whom_it_lets_in():
    assert _undeclared(_house_routes()) == []


def test_a_route_that_does_not_say_it_is_seen():
    bare = path("baru", lambda _: HttpResponse())
    assert _undeclared([("baru", bare)]) == ["baru"]


def test_only_the_listed_routes_let_anybody_in():
    assert set(_of_kind("public")) == PUBLIC


def test_staff_pages_are_for_named_groups_or_for_every_desk():
    for route, pattern in _house_routes():
        if route.startswith("meja/") and route not in PUBLIC:
            assert pattern.callback.authority.kind == "staff", route


@pytest.mark.django_db
def test_citizens_pages_send_a_stranger_to_sign_in():
    routes = _of_kind("citizen")
    assert len(routes) > 5
    for route in routes:
        _is_sent_away(route, "/masuk")


@pytest.mark.django_db
def test_staff_pages_send_a_stranger_to_the_desks_door():
    routes = _of_kind("staff")
    assert len(routes) > 5
    for route in routes:
        _is_sent_away(route, "/meja/masuk")


def test_only_the_listed_routes_are_for_signed_calls_of_providers():
    assert set(_of_kind("provider")) == SIGNED


@pytest.mark.django_db
def test_calls_of_providers_refuse_who_signs_nothing():
    for route in SIGNED:
        for headers in ({}, {"client_code": "x", "timestamp": "1", "signature": "0" * 40}):
            answer = Client(enforce_csrf_checks=True).generic(
                "POST", _address(route), "{}", "application/json", headers=headers
            )
            if "messaging" in route:
                assert (answer.status_code, answer.content) == (401, b""), route
                continue
            if "dci" in route:
                assert answer.status_code == 401, route
                assert answer.json()["errors"][0]["code"] == "err.signature.missing"
                continue
            assert answer.status_code == 400, route
            assert answer.json()["code"] == "ERRSIG40001"


def _is_sent_away(route: str, place: str) -> None:
    (pattern,) = [pattern for name, pattern in _house_routes() if name == route]
    for method in pattern.callback.authority.methods:
        if method == "POST":
            answer = Client().post(_address(route), {})
        else:
            answer = Client().get(_address(route))
        assert answer.status_code == 303, f"{method} {route}: {answer.status_code}"
        assert answer.headers["Location"].partition("?")[0] == place, f"{method} {route}"


def _calls() -> list[tuple[str, str, bool]]:
    """Method, path and whether it asks who is there, of every call of the API."""
    return [
        (method, path_, bool(operation.auth_callbacks))
        for _, router in api._routers
        for path_, view in router.path_operations.items()
        for operation in view.operations
        for method in operation.methods
    ]


def test_the_framework_adds_no_routes_but_these():
    calls = {"api/v1" + re.sub(r"{(\w+)}", r"<\1>", path_) for _, path_, _ in _calls()}
    found = {route for route, each in _all_routes() if _is_of_the_framework(each)}
    assert found - calls == {"api/v1/", "api/v1/openapi.json"}


def test_only_the_listed_calls_let_anybody_in():
    calls = _calls()
    assert len(calls) > len(PUBLIC_CALLS)
    assert {(method, path_) for method, path_, asks in calls if not asks} == PUBLIC_CALLS


@pytest.mark.django_db
def test_the_other_calls_refuse_a_stranger():
    for method, path_, asks in _calls():
        if asks:
            address = "/api/v1" + path_.replace("{wave_id}", SAMPLES["wave"])
            for headers in ({}, {"authorization": "Bearer invented"}):
                answer = Client().generic(
                    method, address, "{}", "application/json", headers=headers
                )
                assert answer.status_code == 401, f"{method} {path_}"
                assert answer.headers["Content-Type"].startswith("application/problem+json")
