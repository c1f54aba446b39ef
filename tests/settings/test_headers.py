"""Every answer of the house carries the security headers."""

from django.http import HttpResponse
from django.test import RequestFactory

from gelombang.settings.headers import HEADERS, security_headers


def test_every_answer_carries_them():
    answer = security_headers(lambda _: HttpResponse("x"))(RequestFactory().get("/"))
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS


async def test_async_answers_carry_them_too():
    async def view(_request):
        return HttpResponse("x")

    answer = await security_headers(view)(RequestFactory().get("/"))
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_a_view_may_set_its_own():
    def view(_request):
        return HttpResponse("x", headers={"Content-Security-Policy": "default-src 'self'"})

    answer = security_headers(view)(RequestFactory().get("/"))
    assert answer.headers["Content-Security-Policy"] == "default-src 'self'"


def test_the_middleware_is_the_outermost(settings):
    assert settings.MIDDLEWARE[0] == "gelombang.settings.headers.security_headers"
