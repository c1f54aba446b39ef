"""A refusal in place: the sentence of the rule, on the page from which the deed was asked."""

from __future__ import annotations

from gelombang.kit.errors import Refusal
from gelombang.web import reading
from gelombang.web.fields import Problem


def problem_of(refusal: Refusal, *, field: str = "") -> Problem:
    """The line for the summary of the page."""
    return Problem(field, refusal.text.in_language(reading.language()))
