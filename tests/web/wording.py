"""Every sentence of the pages, as the templates and the code ask for its translation."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation.template import templatize

WEB = Path(__file__).parents[2] / "src" / "gelombang" / "web"
APPS = ("public", "participants", "agencies", "operators", "api")
_ASKED = re.compile(r"\b(?:n?gettext)\(((?:u?'(?:[^'\\]|\\.)*'|u?\"(?:[^\"\\]|\\.)*\"|, ?|\w)+)\)")
_TEXT = re.compile(r"u?('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")")
_CALLS = {"_", "gettext", "ngettext", "gettext_lazy"}


def in_template(text: str) -> Iterator[str]:
    """The sentences of one template, slots as gettext writes them."""
    for asked in _ASKED.finditer(templatize(text)):
        for found in _TEXT.finditer(asked[1]):
            yield ast.literal_eval(found[1])


def in_code(text: str) -> Iterator[str]:
    """The sentences of one module."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
            first = node.args[0]
            if node.func.id in _CALLS and isinstance(first, ast.Constant):
                yield str(first.value)


def by_app() -> dict[str, dict[str, list[str]]]:
    """Sentences by app, each with the files that ask for it; shared modules belong to `public`."""
    found: dict[str, dict[str, list[str]]] = {app: {} for app in APPS}
    for path in sorted(WEB.rglob("*")):
        if path.suffix not in {".py", ".html"}:
            continue
        place = path.relative_to(WEB)
        app = place.parts[0] if place.parts[0] in APPS else "public"
        read = in_template if path.suffix == ".html" else in_code
        for sentence in read(path.read_text(encoding="utf-8")):
            found[app].setdefault(sentence, []).append(place.as_posix())
    return found


def catalogue(app: str) -> Path:
    """Where the English of an app stands."""
    return WEB / app / "locale" / "en" / "LC_MESSAGES" / "django.po"
