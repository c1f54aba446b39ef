"""Questions on pages: label, hint, what was typed, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from gelombang.kit.errors import Refusal
from gelombang.web import reading

Kind = Literal[
    "text",
    "name",
    "email",
    "contact",
    "digits",
    "code",
    "password",
    "instant",
    "select",
    "radios",
    "checkbox",
    "textarea",
    "file",
    "date",
]
_INPUT_TYPES = {
    "email": "email",
    "password": "password",
    "instant": "datetime-local",
    "file": "file",
}
_INPUT_MODES = {"email": "email", "contact": "email", "digits": "numeric", "code": "numeric"}
UNPROCESSABLE = 422


@dataclass(frozen=True, slots=True)
class DatePart:
    """One of the three boxes of a date."""

    id: str
    name: str
    label: str
    value: str
    length: int
    autocomplete: str


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a form. A date's value is `day-month-year` as typed."""

    name: str
    label: str
    hint: str = ""
    kind: Kind = "text"
    value: str = ""
    problem: str = ""
    autocomplete: str = "off"
    choices: Sequence[tuple[str, str]] = ()
    short: bool = False
    empty: str = ""  # what a list says where nothing is chosen; "choose one" unless told otherwise
    suggestions: Sequence[str] = ()  # that the browser offers while somebody types; anything goes

    @property
    def input_type(self) -> str:
        """The type of the HTML control."""
        return _INPUT_TYPES.get(self.kind, "text")

    @property
    def inputmode(self) -> str:
        """The keyboard that a phone should show."""
        return _INPUT_MODES.get(self.kind, "")

    @property
    def keeps_value(self) -> bool:
        """Whether the page repeats what was typed; secrets are typed again."""
        return self.kind not in {"password", "code", "file"}

    @property
    def described(self) -> str:
        """The ids of hint and problem, for screen readers."""
        marks = (("h", self.hint), ("e", self.problem))
        return " ".join(f"{self.name}-{mark}" for mark, text in marks if text)

    @property
    def date_parts(self) -> list[DatePart]:
        """Day, month and year of a date."""
        typed = ([*self.value.split("-"), "", "", ""])[:3]
        labels = ((_("Hari"), "hari", 2), (_("Bulan"), "bulan", 2), (_("Tahun"), "tahun", 4))
        purposes = ("bday-day", "bday-month", "bday-year")
        return [
            DatePart(
                id=self.name if place == 0 else f"{self.name}-{name}",
                name=f"{self.name}_{name}",
                label=label,
                value=typed[place],
                length=length,
                autocomplete=purposes[place],
            )
            for place, (label, name, length) in enumerate(labels)
        ]

    def typed_in(self, request: HttpRequest) -> Field:
        """The same question with what the request carries for it."""
        if self.kind != "date":
            return replace(self, value=reading.typed(request, self.name))
        parts = [reading.typed(request, f"{self.name}_{part}") for part in _DATE_PARTS]
        return replace(self, value="-".join(part.replace("-", "") for part in parts))

    def refilled(self, value: str) -> Field:
        """The same question with what was typed before."""
        return replace(self, value=value)

    def refused(self, sentence: str) -> Field:
        """The same question with the sentence that says what to mend."""
        return replace(self, problem=sentence)


_DATE_PARTS = ("hari", "bulan", "tahun")


@dataclass(frozen=True, slots=True)
class Problem:
    """One line of the error summary; it leads to the field of that name."""

    name: str
    sentence: str


def mark(fields: Sequence[Field], refusal: Refusal) -> tuple[list[Field], list[Problem]]:
    """The fields with the refused one marked, and the line for the summary."""
    sentence = refusal.text.in_language(reading.language())
    names = [field.name for field in fields]
    name = refusal.field if refusal.field in names else (names[0] if len(names) == 1 else "")
    marked = [field.refused(sentence) if field.name == name else field for field in fields]
    return marked, [Problem(name=name or "", sentence=sentence)]


def missing(fields: Sequence[Field], sentences: dict[str, str]) -> list[Problem]:
    """A line for each named field that is empty, in the order of the page."""
    return [
        Problem(field.name, sentences[field.name])
        for field in fields
        if field.name in sentences and not field.value.strip("-")
    ]


def show_form(
    request: HttpRequest,
    template: str,
    fields: Sequence[Field],
    *,
    problems: Sequence[Problem] = (),
    **context: Any,
) -> HttpResponse:
    """The page with its form: 200 when fresh, 422 with what was typed when something is wrong."""
    sentences = {problem.name: problem.sentence for problem in problems}
    shown = [
        field.refused(sentences[field.name]) if field.name in sentences else field
        for field in fields
    ]
    values = {"fields": shown, "problems": list(problems), **context}
    return render(request, template, values, status=UNPROCESSABLE if problems else 200)
