"""The employment survey on two pages; answers are kept, sealed, from page to page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from gelombang.journey.feedback import actions as feedback, queries
from gelombang.journey.feedback.rules import SurveyAnswered
from gelombang.journey.feedback.survey import EMPLOYMENT, Question, problems_of
from gelombang.kit.errors import Refusal
from gelombang.web import citizens, reading
from gelombang.web.authority import BOTH, citizen, see_other
from gelombang.web.fields import Field, Problem, show_form
from gelombang.web.participants.refusing import problem_of

HERE = "/saya/survei"
HALF = (len(EMPLOYMENT.questions) + 1) // 2
PAGES: Sequence[Sequence[Question]] = (EMPLOYMENT.questions[:HALF], EMPLOYMENT.questions[HALF:])


@citizen()
def start(request: HttpRequest, *, person_id: UUID) -> HttpResponseBase:
    """Why we ask, when the money follows; or that it was answered, or is not open yet."""
    context = {
        "standing": queries.survey_of(person_id=person_id),
        "questions": len(EMPLOYMENT.questions),
        "has_answers": bool(_kept(request, person_id)),
    }
    return render(request, "participants/survei.html", context)


@citizen(BOTH)
def questions(request: HttpRequest, *, person_id: UUID, page: int) -> HttpResponseBase:
    """One half of the questions. Every answer is kept at once, also when another is missing."""
    if not 1 <= page <= len(PAGES):
        raise Http404
    standing = queries.survey_of(person_id=person_id)
    if not standing.is_open or standing.answered_at is not None:
        return see_other(HERE)
    answers = _kept(request, person_id)
    if request.method != "POST":
        return _show(request, page, answers)
    answers |= _typed(request, page)
    citizens.keep_draft(
        request.session, person_id=person_id, answers=answers, keyring=reading.keyring()
    )
    problems = _problems(PAGES[page - 1], answers)
    if problems:
        return _show(request, page, answers, problems)
    if page < len(PAGES):
        return see_other(f"{HERE}/{page + 1}")
    return _send(request, person_id, answers)


def _send(request: HttpRequest, person_id: UUID, answers: dict[str, str]) -> HttpResponse:
    for number, asked in enumerate(PAGES, start=1):
        if _problems(asked, answers):
            return see_other(f"{HERE}/{number}")
    clocks = reading.instants()
    try:
        feedback.answer_survey(
            person_id=person_id,
            survey=EMPLOYMENT.code,
            answers=answers,
            actor=f"person:{person_id}",
            now=clocks.now,
            real_now=clocks.real_now,
        )
    except SurveyAnswered:
        return see_other(HERE)
    except Refusal as refusal:
        return _show(request, len(PAGES), answers, [problem_of(refusal)])
    return see_other(f"{HERE}?terkirim=ya")


def _kept(request: HttpRequest, person_id: UUID) -> dict[str, str]:
    """The answers of before; the session may also keep answers to other questions."""
    kept = citizens.draft(request.session, person_id=person_id, keyring=reading.keyring())
    asked = {question.code for question in EMPLOYMENT.questions}
    return {code: answer for code, answer in kept.items() if code in asked}


def _typed(request: HttpRequest, page: int) -> dict[str, str]:
    typed = {each.code: reading.typed(request, each.code) for each in PAGES[page - 1]}
    return {code: answer for code, answer in typed.items() if answer}


def _problems(asked: Sequence[Question], answers: Mapping[str, str]) -> list[Problem]:
    """What is missing or unknown among the answers to these questions, each by its own words."""
    found = problems_of(EMPLOYMENT, answers)
    missing = _("Belum dijawab: %(question)s")
    return [
        Problem(each.code, missing % {"question": each.text.in_language(reading.language())})
        for each in asked
        if each.code in found
    ]


def _show(
    request: HttpRequest,
    page: int,
    answers: Mapping[str, str],
    problems: Sequence[Problem] = (),
) -> HttpResponse:
    fields = [_field(question, answers.get(question.code, "")) for question in PAGES[page - 1]]
    return show_form(
        request,
        "participants/survei-pertanyaan.html",
        fields,
        problems=problems,
        page=page,
        total=len(PAGES),
        is_last=page == len(PAGES),
        back=f"{HERE}/{page - 1}" if page > 1 else HERE,
    )


def _field(question: Question, answer: str) -> Field:
    language = reading.language()
    return Field(
        name=question.code,
        label=question.text.in_language(language),
        kind="radios",
        value=answer,
        choices=[(each.code, each.text.in_language(language)) for each in question.options],
    )
