"""What text messages may cost: limits that meet whoever asks for codes to be paid for them.

Pumping asks for many codes to numbers that earn by receiving them: many accounts, ranges of
numbers. Every message uses one of each limit, so that the most that can go out is known beforehand;
half of an hour is kept for numbers that proved themselves, so that an attack locks nobody out.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from gelombang.kit.errors import Refusal
from gelombang.kit.words import Text

TEXTS_A_DAY = 5
"""Codes by SMS or WhatsApp that one person, and one number, gets in a real day, at most."""
TEXTS_A_PREFIX_HOUR = 60
"""Those that numbers with the same first digits get in a real hour: pumping asks for ranges."""
PREFIX_LETTERS = 9  # +62812345…: a block of ten thousand numbers or so
TOLD_A_DAY = 3
"""Texts about changes of one kind that a person's number gets in a real day: who changes an address
to and fro is told no more, and a thief cannot use up the first."""
NEW_SHARE = 2
"""Numbers that are still to be proven get at most an hour's budget divided by this."""
ALL, NEW, DAY = "sms:all", "sms:new", "sms:day"


class TooManyTexts(Refusal):
    """A limit of text messages is used up, of the person, the number, its block or everybody."""

    sentence: ClassVar[Text] = Text(
        id="Kami tidak bisa mengirim kode lagi ke nomor ini sekarang. Coba besok; akun Anda tetap "
        "bisa dipakai dengan surel.",
        en="We cannot send another code to this number now. Try tomorrow; your account works by "
        "e-mail all the same.",
    )


@dataclass(frozen=True, slots=True)
class TextBudget:
    """What everybody together may use: messages in a real hour, and whole rupiah in a real day."""

    an_hour: int
    idr_a_day: int
    idr_each: int

    @property
    def a_day(self) -> int:
        """Messages that a day's rupiah buy."""
        return self.idr_a_day // self.idr_each


@dataclass(frozen=True, slots=True)
class TextAsked:
    """Who asks for a text message, and where it would go.

    `number_name` stands for the number where it is kept: never the number itself.
    """

    person: str
    number: str = field(repr=False)
    number_name: str
    is_proven: bool


def text_limits(
    asked: TextAsked, *, budget: TextBudget, real_now: datetime
) -> list[tuple[str, datetime, int]]:
    """What one more text message uses up: scope, beginning of its period (real), most in it."""
    hour, day = periods(real_now)
    limits = [
        (f"sms:person:{asked.person}", day, TEXTS_A_DAY),
        (f"sms:number:{asked.number_name}", day, TEXTS_A_DAY),
        (f"sms:block:{asked.number[:PREFIX_LETTERS]}", hour, TEXTS_A_PREFIX_HOUR),
        (ALL, hour, budget.an_hour),
        (DAY, day, budget.a_day),
    ]
    if not asked.is_proven:
        limits.append((NEW, hour, max(1, budget.an_hour // NEW_SHARE)))
    return limits


def told_limit(person: str, *, channel: str, real_now: datetime) -> tuple[str, datetime, int]:
    """What telling a person's number of a change of this channel uses up, in the same words."""
    return f"sms:told:{channel}:{person}", periods(real_now)[1], TOLD_A_DAY


def periods(real_now: datetime) -> tuple[datetime, datetime]:
    """The hour and the day that an instant lies in."""
    hour = real_now.replace(minute=0, second=0, microsecond=0)
    return hour, hour.replace(hour=0)
