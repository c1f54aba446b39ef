"""The three kinds of failure: a refusal, an outage, and (anything else) a bug."""

from typing import ClassVar

from gelombang.kit.words import Text


class Refusal(Exception):
    """The programme says no, with a sentence for the person. Never an alarm.

    Subclasses are defined beside the rule that raises them and set `sentence`; `status` is the
    HTTP status an entrance answers with, `code` the stable name in APIs (RFC 9457 `type`).
    """

    sentence: ClassVar[Text] = Text(
        id="Permintaan ini tidak dapat kami terima.", en="We cannot accept this request."
    )
    status: ClassVar[int] = 422

    def __init__(self, *, field: str | None = None, **slots: object) -> None:
        self.field = field
        self.slots = slots
        super().__init__(self.code)

    @property
    def code(self) -> str:
        """The class name in kebab case, e.g. `WaveClosed` is `wave-closed`."""
        name = type(self).__name__
        return "".join("-" + c.lower() if c.isupper() else c for c in name).lstrip("-")

    @property
    def text(self) -> Text:
        """The sentence in both languages, its slots filled."""
        return self.sentence.fill(**self.slots) if self.slots else self.sentence


class Outage(Exception):
    """Something outside did not answer as agreed. Retried and counted, never a verdict."""


class HindranceError(RuntimeError):
    """A refusal to whoever runs a command: the text says what is in the way, and what to do.

    The command line shows it as one sentence and ends with status 1.
    """
