"""Sentences in both languages of the programme, side by side."""

from dataclasses import dataclass
from typing import Any, Literal

Language = Literal["id", "en"]
LANGUAGES: tuple[Language, ...] = ("id", "en")


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in Indonesian and in English; `{slots}` are filled by `fill`."""

    id: str
    en: str

    def in_language(self, language: str) -> str:
        """The sentence in `language`; anything but "en" reads Indonesian."""
        return self.en if language == "en" else self.id

    def fill(self, **slots: Any) -> "Text":
        """A copy with every `{slot}` replaced, the same values in both languages."""
        return Text(id=self.id.format(**slots), en=self.en.format(**slots))

    def fill_from(self, **slots: "Text") -> "Text":
        """A copy with every `{slot}` replaced by a text, each in its own language."""
        return Text(
            id=self.id.format(**{name: text.id for name, text in slots.items()}),
            en=self.en.format(**{name: text.en for name, text in slots.items()}),
        )


def language_of(value: str | None) -> Language:
    """The language a cookie, header or form names; Indonesian unless it clearly says English."""
    return "en" if value is not None and value.strip().lower().startswith("en") else "id"
