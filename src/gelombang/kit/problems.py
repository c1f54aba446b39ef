"""Problem documents for machines (RFC 9457), the same from every entrance."""

from collections.abc import Sequence
from typing import Any

from gelombang.kit.errors import Refusal
from gelombang.kit.words import Text

MEDIA_TYPE = "application/problem+json"


def problem(
    *, code: str, status: int, title: Text, language: str, detail: Text | None = None
) -> dict[str, Any]:
    """One problem: `type` is a URN with the stable code, the words are in the reader's language."""
    document: dict[str, Any] = {
        "type": f"urn:gelombang:{code}",
        "title": title.in_language(language),
        "status": status,
    }
    if detail is not None:
        document["detail"] = detail.in_language(language)
    return document


def problem_of(refusals: Sequence[Refusal], *, language: str) -> dict[str, Any]:
    """The problem that one refusal is, or several at once; `errors` names the fields."""
    first = refusals[0]
    document = problem(code=first.code, status=first.status, title=first.text, language=language)
    fields = [
        {"field": each.field, "code": each.code, "detail": each.text.in_language(language)}
        for each in refusals
        if each.field is not None
    ]
    return document | ({"errors": fields} if fields else {})
