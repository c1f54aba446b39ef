"""The calls of the house's API: the same actions as the pages, one call a step."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Status
from ninja.errors import AuthenticationError, HttpError, ValidationError

from gelombang.journey.registration import actions as registration
from gelombang.journey.registration.naming import Name, NamedBy
from gelombang.journey.verification import actions as verification
from gelombang.journey.waves import actions as waves, queries as wave_queries
from gelombang.kit.email import normalise_email
from gelombang.kit.errors import Refusal
from gelombang.web import citizens, reading
from gelombang.web.api import benefits, problems, schemas, views
from gelombang.web.api.parsing import LIMIT_KB, StrictJson
from gelombang.web.api.sessions import CitizenSession, person_of
from gelombang.web.public import figures

WAVE_ID = re.compile(r"[A-Z0-9-]{1,32}")

api = NinjaAPI(
    title="Gelombang",
    version="1",
    parser=StrictJson(),
    docs_url=None,  # the page of the framework loads scripts from elsewhere
    urls_namespace="api",
)
api.add_router("", benefits.router)
signed_in = CitizenSession()


@api.post("/sign-in", response={202: dict[str, Any]}, auth=None)
def ask_for_code(request: HttpRequest, body: schemas.SignIn) -> Status[dict[str, Any]]:
    """Send a code to a registered address; the same answer for any other."""
    clocks = reading.instants()
    registration.send_code(
        keyring=reading.keyring(),
        base_url=reading.environment().base_url,
        email=normalise_email(body.email),
        language=problems.language(request),
        now=clocks.now,
        real_now=clocks.real_now,
    )
    return Status(202, {})


@api.post("/sign-in/code", response=schemas.Session, by_alias=True, auth=None)
def sign_in(
    request: HttpRequest, response: HttpResponse, body: schemas.SignInCode
) -> schemas.Session:
    """Give a session and a pass for the code."""
    clocks = reading.instants()
    who = registration.sign_in(
        keyring=reading.keyring(),
        base_url=reading.environment().base_url,
        name=Name(NamedBy.EMAIL, normalise_email(body.email)),
        code=body.code,
        now=clocks.now,
        real_now=clocks.real_now,
    )
    person_id = who.person_id
    citizens.sign_in(request, person_id=person_id, by_email=who.by_email, real_now=clocks.real_now)
    citizens.give_pass(response, person_id=person_id, real_now=clocks.real_now)
    token, expires_at = citizens.make_pass(person_id=person_id, real_now=clocks.real_now)
    return schemas.Session(
        session=str(request.session.session_key), door_pass=token, expires_at=expires_at
    )


@api.post("/identity", response={202: schemas.State}, auth=signed_in)
def state_identity(request: HttpRequest, body: schemas.Identity) -> Status[schemas.State]:
    """State an identity; it is checked afterwards."""
    clocks = reading.instants()
    verification.state_identity(
        person_id=person_of(request),
        stated=views.stated(body),
        keyring=reading.keyring(),
        base_url=reading.environment().base_url,
        now=clocks.now,
        real_now=clocks.real_now,
    )
    return Status(202, schemas.State(state="pending"))


@api.get("/status", response=schemas.Status, auth=signed_in)
def status(request: HttpRequest) -> schemas.Status:
    """Where the person stands, step by step."""
    return views.status(person_of(request), clocks=reading.instants())


@api.get("/waves", auth=None)
def open_wave(request: HttpRequest) -> dict[str, Any]:  # noqa: ARG001 - Ninja's signature
    """The open wave, or null."""
    now = reading.instants().now
    wave = wave_queries.open_wave(now=now)
    return {"wave": views.of_wave(wave, now=now) if wave else None}


@api.get("/funnel", auth=None)
def funnel(request: HttpRequest) -> dict[str, Any]:  # noqa: ARG001 - Ninja's signature
    """The public figures, with their instant and their denominator."""
    found = figures.read(reading.environment().data_dir)
    if found is None:
        raise Http404
    return found.document()


@api.post("/waves/{wave_id}/withdraw", response=schemas.State, auth=signed_in)
def withdraw(request: HttpRequest, wave_id: str) -> schemas.State:
    """Leave the wave again, until it closes."""
    if not WAVE_ID.fullmatch(wave_id):
        raise Http404
    person_id = person_of(request)
    clocks = reading.instants()
    waves.withdraw(
        person_id=person_id,
        wave_id=wave_id,
        actor=f"person:{person_id}",
        now=clocks.now,
        real_now=clocks.real_now,
    )
    return schemas.State(state="withdrawn")


@api.exception_handler(Refusal)
def _refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return problems.of_refusal(request, refusal)


@api.exception_handler(AuthenticationError)
def _not_signed_in(request: HttpRequest, _: AuthenticationError) -> HttpResponse:
    bearer = {"WWW-Authenticate": "Bearer"}
    return problems.named(request, status=401, code="not-signed-in", headers=bearer)


@api.exception_handler(ValidationError)
def _wrong_fields(request: HttpRequest, error: ValidationError) -> HttpResponse:
    names = sorted({str(each["loc"][-1]) for each in error.errors})
    return problems.of_fields(request, names)


@api.exception_handler(HttpError)
def _wrong_body(request: HttpRequest, error: HttpError) -> HttpResponse:
    cause = error.__cause__
    if isinstance(cause, problems.BodyRefused):
        return problems.named(request, status=cause.status, code=cause.code, slots=cause.slots)
    return problems.named(request, status=error.status_code, code="unreadable")


@api.exception_handler(RequestDataTooBig)
def _too_big(request: HttpRequest, _: RequestDataTooBig) -> HttpResponse:
    return problems.named(request, status=413, code="too-large", slots={"limit": LIMIT_KB})


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, _: Http404) -> HttpResponse:
    return problems.named(request, status=404, code="not-found")


@api.exception_handler(OperationalError)
@api.exception_handler(InterfaceError)
def _paused(request: HttpRequest, _: Exception) -> HttpResponse:
    return problems.of_outage(request)
