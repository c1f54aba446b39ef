"""The manners of the door: wrong calls, limits, languages, headers and files."""

import gzip
import json
import socket
from dataclasses import replace
from urllib.parse import quote

import pytest
from tests.frontdoor.standing import FORM, fresh_email, fresh_key, fresh_proof, wait_until

API = "/api/v1/registrations"
MACHINES = {
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
}
PROMISED = {
    **MACHINES,
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
}


@pytest.mark.parametrize(
    "path", ["/tidak-ada", "/daftar/", "/konfirmasi/", "/konfirmasi/a/b", "//"]
)
def test_an_unknown_address_is_a_page_with_a_way_on(door, path):
    answer = door.get(path)
    assert answer.status == 404
    assert "Halaman ini tidak ada" in answer.text
    assert 'href="/"' in answer.text


def test_machines_hear_the_same_as_a_problem_document(door):
    answer = door.get("/api/v1/nothing", accept_language="en")
    assert answer.status == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.document["type"] == "urn:gelombang:not-found"
    assert answer.document["title"] == "This page does not exist"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/daftar", {"GET", "HEAD", "POST"}),
        ("POST", "/", {"GET", "HEAD"}),
        ("GET", API, {"POST"}),
        ("DELETE", "/konfirmasi/x", {"GET", "HEAD", "POST"}),
        ("GET", "/api/v1/waves/PKJ-2020-W02/entries", {"POST"}),
    ],
)
def test_a_wrong_method_names_the_right_ones(door, method, path, allowed):
    answer = door.ask(method, path)
    assert answer.status == 405
    assert set(answer.headers["allow"].split(", ")) == allowed


@pytest.mark.parametrize(
    ("path", "media"),
    [
        ("/daftar", "application/json"),
        ("/daftar", "multipart/form-data; boundary=x"),
        ("/daftar", "text/plain"),
        (API, FORM),
        (API, "text/json"),
        (API, ""),
    ],
)
def test_a_body_of_another_kind_is_415(door, path, media):
    answer = door.ask("POST", path, b'{"email": "a@example.id"}', content_type=media,
                      idempotency_key=fresh_key())  # fmt: skip
    assert answer.status == 415


def test_a_media_type_may_have_parameters_and_capitals(door):
    content = {"email": "besar@example.id", "altcha": fresh_proof()}
    answer = door.ask("POST", API, json.dumps(content).encode(),
                      content_type="Application/JSON; charset=utf-8",
                      idempotency_key=fresh_key())  # fmt: skip
    assert answer.status == 201
    form = b"email=salah&nonce=x&bahasa=en"
    page = door.ask("POST", "/daftar", form, content_type=f"{FORM.upper()}; charset=UTF-8")
    assert page.status == 422
    assert '<html lang="en"' in page.text


@pytest.mark.parametrize("path", ["/daftar", API])
@pytest.mark.parametrize("size", [16 * 1024 + 1, 10 * 1024 * 1024])
def test_a_body_beyond_the_limit_is_413(door, path, size):
    media = FORM if path == "/daftar" else "application/json"
    answer = door.ask("POST", path, b"a" * size, content_type=media, idempotency_key=fresh_key())
    assert answer.status == 413
    assert door.get("/healthz").status == 200


def test_a_body_at_the_limit_is_read(door):
    start = b"email=x&phone="
    answer = door.ask("POST", "/daftar", start + b"1" * (16 * 1024 - len(start)), content_type=FORM)
    assert answer.status == 422


def test_a_body_of_unstated_length_is_411(door):
    with socket.create_connection(("127.0.0.1", door.port), timeout=10) as line:
        line.sendall(
            f"POST {API} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n".encode()
        )
        assert b" 411 " in line.recv(200)


def test_too_many_fields_are_no_form_of_ours(door):
    body = "&".join(f"f{n}=1" for n in range(500)).encode()
    assert door.ask("POST", "/daftar", body, content_type=FORM).status == 422


def test_a_form_of_bytes_that_are_no_text_is_refused(door):
    body = b"email=\xff%fe%00@example.id&nonce=%ff&bahasa=%ff"
    assert door.ask("POST", "/daftar", body, content_type=FORM).status == 422


def test_the_language_is_a_choice_that_stays(door):
    assert '<html lang="id"' in door.get("/daftar").text
    assert '<html lang="en"' in door.get("/daftar", cookie="bahasa=en").text
    assert '<html lang="en"' in door.get("/daftar", accept_language="en-GB,en;q=0.9").text
    preferred = door.get("/daftar", cookie="bahasa=id", accept_language="en")
    assert '<html lang="id"' in preferred.text
    assert '<html lang="id"' in door.get("/daftar", cookie="bahasa=<x>; ;=").text


def test_the_switch_sets_the_cookie_and_leads_back(door):
    answer = door.get("/bahasa/en?ke=/daftar")
    assert (answer.status, answer.headers["location"]) == (303, "/daftar")
    assert answer.headers["set-cookie"].startswith("bahasa=en; Path=/; Max-Age=")
    assert "SameSite=Lax" in answer.headers["set-cookie"]
    assert door.get("/bahasa/xx?ke=/daftar").status == 404


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "https://evil.example/", "/\\evil.example", "\\\\evil.example", "/\t/evil",
     "javascript:alert(1)", "/a\r\nset-cookie: x=1", "evil.example", "", "/\x00", "/" * 5000],
)  # fmt: skip
def test_the_switch_never_leads_away(door, target):
    answer = door.get(f"/bahasa/en?ke={quote(target, safe='')}")
    assert answer.status == 303
    assert answer.headers["location"] == "/"
    assert "x=1" not in answer.headers["set-cookie"]


@pytest.mark.parametrize("target", ["/status\u00e9", "/\U0001f30a", "/konfirmasi/\u0661"])
def test_the_switch_leads_back_to_any_letters(door, target):
    answer = door.get(f"/bahasa/en?ke={quote(target)}")
    assert answer.status == 303
    assert answer.headers["location"] == quote(target)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *[("GET", path) for path in ("/", "/daftar", "/tidak-ada", "/gaya.css")],
        *[("GET", path) for path in ("/bahasa/id", "/konfirmasi/x", "/tanda-terima/x")],
        *[("GET", "/robots.txt"), ("GET", "/favicon.ico"), ("PUT", "/daftar")],
    ],
)
def test_every_answer_carries_the_promised_headers(door, method, path):
    answer = door.ask(method, path)
    assert PROMISED.items() <= answer.headers.items()
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    scripts = (method, path) == ("GET", "/daftar")  # the form proves its work by a script of ours
    assert ("script-src 'self';" in policy) is scripts
    assert ("connect-src 'self';" in policy) is scripts


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/healthz"), ("POST", API), ("GET", "/antrean.json")]
)
def test_what_machines_read_is_no_page_of_anybody(door, method, path):
    answer = door.ask(method, path)
    assert MACHINES.items() <= answer.headers.items()
    assert "json" in answer.headers["content-type"]


def test_what_is_personal_is_kept_nowhere(door):
    receipt = door.register("simpan@example.id").document["receipt"]
    page = door.get(f"/tanda-terima/{receipt}")
    assert page.headers["referrer-policy"] == "no-referrer"
    api = door.register("simpan@example.id")
    for answer in (page, api, door.get("/daftar"), door.send("/daftar", {"email": "x"})):
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/gaya.css", "/ulang.js", "/favicon.ico", "/robots.txt"])
def test_files_are_sent_once(door, path):
    first = door.get(path)
    assert first.status == 200
    assert first.headers["cache-control"] == "public, max-age=600"
    again = door.get(path, if_none_match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    assert door.get(path, if_none_match='"other"').status == 200
    packed = door.get(path, accept_encoding="gzip")
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == first.body


def test_the_home_page_is_sent_once_and_says_what_is_open(door):
    first = door.get("/")
    assert first.status == 200
    assert "Gelombang 2 dibuka" in first.text
    assert "Wave 2 is open" in door.get("/", cookie="bahasa=en").text
    assert door.get("/", if_none_match=first.headers["etag"]).status == 304


def test_head_is_get_without_its_body(door):
    for path in ("/", "/gaya.css", "/healthz"):
        head, get = door.ask("HEAD", path), door.get(path)
        assert (head.status, head.body) == (200, b"")
        assert head.headers["content-length"] == get.headers["content-length"]


def test_operators_read_what_the_door_counted_on_a_port_of_their_own(door):
    operators = replace(door, port=door.operator_port)
    door.register(fresh_email())
    accepted = 'gelombang_door_requests_total{group="register",outcome="accepted"}'

    def is_told() -> bool:
        lines = dict(line.rsplit(" ", 1) for line in operators.get("/metrics").text.splitlines())
        return float(lines[accepted]) >= 1 and float(lines["gelombang_door_rows_total"]) >= 1

    wait_until(is_told, seconds=10)
    assert operators.get("/readyz").status == 200
    assert operators.get("/healthz").status == 200
    assert door.get("/metrics").status == 404
