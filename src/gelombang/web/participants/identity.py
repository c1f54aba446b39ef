"""Stating one's identity: question by question, check the answers, send, and what became of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from gelombang.journey.verification import actions as verification, queries as verified
from gelombang.journey.verification.rules import problems_of
from gelombang.kit.errors import Refusal
from gelombang.records.people.consent_texts import identity_check_version
from gelombang.records.people.rules import Purpose
from gelombang.web import citizens, reading
from gelombang.web.authority import BOTH, WRITE, citizen, see_other
from gelombang.web.fields import Field, Problem, show_form
from gelombang.web.participants import consents, places, progress, questions, refutations
from gelombang.web.participants.next_steps import joining_while_checked

HUB, CHECK = "/saya/identitas", "/saya/identitas/periksa"
SURE, DOUBTED = "yakin", "kecamatan"  # a tick, and the digits that it is about
AGREED, RESEARCH = "setuju", "penelitian"  # a box for each purpose, none ticked beforehand
TEXT = "teks"  # the version of the words beside the first box
A_DAY = timedelta(days=1)
"""Virtual time after which a page that waits for the registry names the next step."""


@citizen()
def hub(request: HttpRequest, *, person_id: UUID) -> HttpResponseBase:
    """The page of the identity task: being checked, confirmed, or three ways forward."""
    identity = verified.identity_of(person_id=person_id)
    stage = progress.identity_stage(identity)
    answers = citizens.draft(request.session, person_id=person_id, keyring=reading.keyring())
    context: dict[str, Any] = {"identity": identity, "has_answers": bool(answers)}
    if stage == "none":
        return see_other(_next_page(answers))
    if stage == "checked":
        clocks = reading.instants()
        context["wait"] = verified.wait_of(
            person_id=person_id, now=clocks.now, real_now=clocks.real_now
        )
        context["is_late"] = identity is not None and clocks.now - identity.submitted_at > A_DAY
        context |= _meanwhile(person_id, clocks)
    if identity is not None and stage == "refuted":
        context["refutation"] = refutations.refutation_of(identity)
        context["elements"] = [questions.label(name) for name in identity.problem_elements]
    if identity is not None and stage == "done":
        context["rows"] = _confirmed(identity.identity_id)
    return render(request, f"participants/identitas-{stage}.html", context)


def _meanwhile(person_id: UUID, clocks: reading.Instants) -> dict[str, Any]:
    """What can be done while the registry is asked: joining, where that may be, and other tasks."""
    found = progress.standing(person_id=person_id, clocks=clocks)
    if found is None:
        return {}
    joining = joining_while_checked(found)
    elsewhere = {"", HUB, joining.href if joining else ""}
    every = progress.tasks(found)
    others = [task for task in every if task.href not in elsewhere and not task.is_done]
    return {"joining": joining, "others": others}


def _confirmed(identity_id: int) -> list[tuple[str, str]]:
    """What was confirmed, the numbers masked: enough to recognise oneself, no more."""
    keyring = reading.keyring()
    stated = verified.opened(identity_ids=[identity_id], keyring=keyring)[identity_id]
    return [
        (questions.label("nik"), questions.masked_nik(stated.nik)),
        (questions.label("name"), stated.name),
        (questions.label("province"), questions.shown("province", stated.province)),
    ]


@citizen(WRITE)
def correct(request: HttpRequest, *, person_id: UUID) -> HttpResponseBase:
    """Start a new version from what was sent before, so that nothing is typed twice."""
    identity = verified.identity_of(person_id=person_id)
    if identity is None or progress.identity_stage(identity) != "refuted":
        return see_other(HUB)
    keyring = reading.keyring()
    stated = verified.opened(identity_ids=[identity.identity_id], keyring=keyring)
    answers = questions.answers_of(stated[identity.identity_id])
    citizens.keep_draft(request.session, person_id=person_id, answers=answers, keyring=keyring)
    return see_other(CHECK)


def _is_settled(person_id: UUID) -> bool:
    """Whether nothing can be stated now: being checked, or confirmed."""
    identity = verified.identity_of(person_id=person_id)
    return progress.identity_stage(identity) in {"checked", "done"}


@citizen(BOTH)
def question(request: HttpRequest, *, person_id: UUID, slug: str) -> HttpResponseBase:
    """One question. A good answer is kept at once; a doubtful one says which part looks wrong."""
    asked = questions.BY_SLUG.get(slug)
    if asked is None:
        raise Http404
    if _is_settled(person_id):
        return see_other(HUB)
    keyring = reading.keyring()
    answers = citizens.draft(request.session, person_id=person_id, keyring=keyring)
    fields = [questions.field(each, answers) for each in asked.asked]
    if request.method != "POST":
        return _show_question(request, asked, fields)
    fields = [field.typed_in(request) for field in fields]
    good, problems = _check(asked, fields)
    if problems:
        return _show_question(request, asked, fields, problems)
    if doubted := _doubted_district(request, good):
        fields = [field.refilled(questions.grouped(good["nik"])) for field in fields]
        return _show_question(request, asked, [*fields, _sure_field()], doubted=doubted)
    answers |= good
    citizens.keep_draft(request.session, person_id=person_id, answers=answers, keyring=keyring)
    return see_other(_next_page(answers))


def _doubted_district(request: HttpRequest, good: dict[str, str]) -> str:
    """The first six digits of a NIK that name no district of today, until somebody is sure."""
    nik = good.get("nik", "")
    if not nik or places.is_known_district(nik):
        return ""
    is_sure = reading.typed(request, SURE) and reading.typed(request, DOUBTED) == nik[:6]
    return "" if is_sure else nik[:6]


def _sure_field() -> Field:
    return Field(SURE, _("Angka ini sama dengan KTP saya."), kind="checkbox")


def _check(asked: questions.Question, fields: list[Field]) -> tuple[dict[str, str], list[Problem]]:
    """The answers that hold, and what is wrong with the others."""
    now = reading.instants().now
    good: dict[str, str] = {}
    problems: list[Problem] = []
    for each, field in zip(asked.asked, fields, strict=True):
        try:
            good[each.name] = each.check(field.value, now)
        except Refusal as refusal:
            sentence = refusal.text.in_language(reading.language())
            problems.append(Problem(each.name, sentence))
    return good, problems


def _show_question(
    request: HttpRequest,
    asked: questions.Question,
    fields: list[Field],
    problems: list[Problem] | None = None,
    *,
    doubted: str = "",
) -> HttpResponseBase:
    place = questions.QUESTIONS.index(asked)
    previous = questions.before(asked.slug)
    return show_form(
        request,
        "participants/pertanyaan.html",
        fields,
        problems=problems or [],
        title=questions.title(asked.slug),
        slug=asked.slug,
        doubted=doubted,
        number=place + 1,
        total=len(questions.QUESTIONS),
        back=f"{HUB}/{previous}" if previous else "/saya",
    )


@citizen(BOTH)
def check_answers(request: HttpRequest, *, person_id: UUID) -> HttpResponseBase:
    """All answers with a link to change each; sending them declares that they are true."""
    keyring, clocks = reading.keyring(), reading.instants()
    if _is_settled(person_id):
        return see_other(HUB)
    answers = citizens.draft(request.session, person_id=person_id, keyring=keyring)
    if not questions.is_complete(answers):
        return see_other(_next_page(answers))
    stated = questions.stated(answers)
    refusals = list(problems_of(stated, now=clocks.now))
    if request.method == "POST" and not refusals:
        registries = verified.registries_asked()
        if lacking := _lacking_consent(request, identity_check_version(registries)):
            return _show_answers(request, answers, [], lacking=lacking)
        try:
            verification.state_identity(
                person_id=person_id,
                stated=stated,
                keyring=keyring,
                now=clocks.now,
                real_now=clocks.real_now,
                agreed_to=registries,
                base_url=reading.environment().base_url,
            )
        except Refusal as refusal:
            if _is_settled(person_id):
                return see_other(HUB)  # pressed twice at once
            refusals.append(refusal)
        else:
            if reading.typed(request, RESEARCH):
                consents.give(person_id=person_id, purpose=Purpose.RESEARCH, clocks=clocks)
            return see_other(HUB)
    return _show_answers(request, answers, refusals)


def _lacking_consent(request: HttpRequest, version: str) -> str:
    """Why nothing is sent yet: the box is empty, or was ticked beside words that changed since."""
    if not reading.typed(request, AGREED):
        return _("Centang persetujuan bila Anda ingin mengirim.")
    if reading.typed(request, TEXT) not in {"", version}:
        return _("Teks persetujuan baru saja berubah. Baca lagi, lalu centang bila setuju.")
    return ""


def _show_answers(
    request: HttpRequest,
    answers: questions.Answers,
    refusals: list[Refusal],
    *,
    lacking: str = "",
) -> HttpResponseBase:
    problems = [
        Problem(refusal.field or "", refusal.text.in_language(reading.language()))
        for refusal in refusals
    ]
    if lacking:
        problems.append(Problem(AGREED, lacking))
    texts = {each: consents.version_now(each) for each in Purpose}
    boxes = [
        Field(
            name,
            consents.words_of(purpose, texts[purpose]),
            kind="checkbox",
            value="" if lacking and name == AGREED else reading.typed(request, name),
        )
        for name, purpose in ((AGREED, Purpose.IDENTITY_CHECK), (RESEARCH, Purpose.RESEARCH))
    ]
    rows = [
        {
            "name": name,
            "label": questions.label(name),
            "value": questions.shown(name, answers[name]),
            "change": f"{HUB}/{questions.SLUG_OF[name]}",
        }
        for name in questions.SLUG_OF
    ]
    return show_form(
        request,
        "participants/periksa.html",
        boxes,
        problems=problems,
        rows=rows,
        text=texts[Purpose.IDENTITY_CHECK],
    )


def _next_page(answers: questions.Answers) -> str:
    slug = questions.next_slug(answers)
    return f"{HUB}/{slug}" if slug else CHECK
