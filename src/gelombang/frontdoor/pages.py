"""Pages: one HTML file a language, read and laid out once at start, slots filled with escaping.

A slot is `{{ name }}`. Its value is escaped unless it is `Markup`, which only code of ours makes.
"""

import html
import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from urllib.parse import quote

from gelombang.kit.words import LANGUAGES, Language, Text

_SLOT = re.compile(r"\{\{ (\w+) \}\}")


class Markup(str):
    """Text that already is HTML."""

    __slots__ = ()


NOTHING = Markup("")


class SlotMissing(LookupError):
    """A page was filled without one of its slots."""


def escape(value: str) -> str:
    """The value as HTML text or attribute; `Markup` stays as it is."""
    return value if isinstance(value, Markup) else html.escape(value, quote=True)


class Template:
    """One page in one language: text between slots, kept apart once."""

    def __init__(self, text: str) -> None:
        pieces = _SLOT.split(text)
        self._texts, self._slots = pieces[0::2], pieces[1::2]

    @property
    def slots(self) -> frozenset[str]:
        """The names that `fill` wants."""
        return frozenset(self._slots)

    def fill(self, **values: str) -> Markup:
        """The page with every slot filled. Raises SlotMissing."""
        parts = [self._texts[0]]
        for name, text in zip(self._slots, self._texts[1:], strict=True):
            if name not in values:
                raise SlotMissing(name)
            parts += (escape(values[name]), text)
        return Markup("".join(parts))


def _read(language: Language, name: str) -> str:
    place = resources.files(__package__) / "pages" / language / f"{name}.html"
    return place.read_text(encoding="utf-8")


def _names() -> list[str]:
    place = resources.files(__package__) / "pages" / "id"
    return sorted(each.name.removesuffix(".html") for each in place.iterdir())


@cache
def templates() -> Mapping[tuple[str, Language], Template]:
    """Every page and part in both languages."""
    return {
        (name, language): Template(_read(language, name))
        for name in _names()
        for language in LANGUAGES
    }


def part(name: str, language: Language, /, **values: str) -> Markup:
    """A page's inside, or a part of it, filled."""
    return templates()[name, language].fill(**values)


def page(
    *,
    language: Language,
    title: Text | str,
    inside: Markup,
    path: str,
    head: Markup = NOTHING,
    wrong: bool = False,
) -> Markup:
    """A whole page: frame, title and inside. `path` is where the switch of languages leads back."""
    words = title.in_language(language) if isinstance(title, Text) else title
    prefix = Text(id="Kesalahan: ", en="Error: ").in_language(language) if wrong else ""
    return part("frame", language, title=prefix + words, inside=inside, path=quote(path), head=head)
