"""What the commands print: plain words for people, coloured where a terminal can show it."""

from __future__ import annotations

import threading

from rich.console import Console
from rich.text import Text

console = Console(highlight=False, soft_wrap=True)
errors = Console(stderr=True, highlight=False, soft_wrap=True)

_COLOURS = ("cyan", "green", "magenta", "yellow", "blue", "red", "bright_cyan", "bright_green")
_NAME_WIDTH = 9
_seen: dict[str, str] = {}
_lock = threading.Lock()


def line(name: str, words: str) -> None:
    """One line of output of a part, with its name in a colour of its own."""
    with _lock:
        colour = _seen.setdefault(name, _COLOURS[len(_seen) % len(_COLOURS)])
        text = Text(f"{name:>{_NAME_WIDTH}} │ ", style=colour)
        text.append_text(Text.from_ansi(words))
        console.print(text)


def warn(words: str) -> None:
    """Something that the person should know and that stops nothing."""
    errors.print(Text(words, style="yellow"))
