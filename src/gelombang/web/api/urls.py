"""Addresses of the house's API. The front door owns registrations and entries."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from gelombang.web.api import news, problems, reports
from gelombang.web.api.calls import api
from gelombang.web.authority import Authority


def unknown(request: HttpRequest, rest: str) -> HttpResponse:  # noqa: ARG001 - any other address
    """An address of the API that does not exist, told as the API tells things."""
    return problems.named(request, status=404, code="not-found")


unknown.csrf_exempt = True  # type: ignore[attr-defined] # nothing is done here
unknown.authority = Authority("public", ("GET", "POST"))  # type: ignore[attr-defined]

urlpatterns = [
    path("api/v1/messaging/reports", reports.take_report),
    path("api/v1/messaging/receipts", reports.take_receipt),
    path("api/v1/dci/registry/notify", news.take_news),
    path("api/v1/", api.urls),
    path("api/<path:rest>", unknown),
]
