"""The tones that a state may have on a page; each comes with a word, never alone."""

from typing import Literal

Tone = Literal["", "go", "good", "warn", "bad"]
