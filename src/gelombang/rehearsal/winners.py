"""What each winner does after the draw: course, payout account, and the fault that waits for some.

Everything follows from the seed and the winner's rank, never from who won: so the sums that must
come out are known before anybody is drawn.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from gelombang.rehearsal.catalogue import Course
from gelombang.rehearsal.names import other_name
from gelombang.rehearsal.people import SyntheticPerson

FAULTY_SHARE = 0.03
WALLETS, BANK = ("gopay", "ovo", "linkaja"), "bni"
PARTNERS = (*WALLETS, BANK)
_WALLET_NUMBERS = 9_900  # +62 812-0000-xxxx, once in each wallet; some are well known
_RATINGS = (5, 4, 5, 3, 4, 5, 2)
_WORDS = (
    "Materinya jelas dan contohnya dekat dengan pekerjaan saya.",
    "Pengajarnya sabar. Tugas akhirnya cukup menantang.",
    "Bagus, tetapi videonya terlalu panjang untuk telepon lama.",
)


class Fault(StrEnum):
    """What goes wrong for a winner, once."""

    NONE = "none"
    """Nothing."""
    TIMED_OUT = "timed_out"
    """The first payment is carried out, and no answer comes back."""
    WRONG_NAME = "wrong_name"
    """States somebody else's account first."""
    WALLET_FULL = "wallet_full"
    """The wallet takes no more this month: the bank account takes its place."""
    COURSE_CANCELLED = "course_cancelled"
    """The class is cancelled after they bought it."""
    LAPSED = "lapsed"
    """Accepts and never buys."""


FAULTS = tuple(fault for fault in Fault if fault is not Fault.NONE)


@dataclass(frozen=True, slots=True)
class Account:
    """A payout account as its owner types it, and as the partner's book has it."""

    partner: str
    number: str
    holder: str


@dataclass(frozen=True, slots=True)
class Winner:
    """One winner with everything that they will do."""

    rank: int
    """From 0, in the order of their registration."""
    person: SyntheticPerson
    fault: Fault
    course: Course
    cancelled: Course | None
    """The class that they buy first, and that the office cancels."""
    account: Account
    second_account: Account | None
    """Stated after the first was refused or full."""
    rating: int
    words: str

    @property
    def learns(self) -> bool:
        """Whether they buy a course and are paid in the end."""
        return self.fault is not Fault.LAPSED


def deal_faults(count: int, *, seed: int) -> tuple[Fault, ...]:
    """The fault of each rank: 3 % of the winners, each kind at least once from five winners on."""
    least = len(FAULTS) if count >= len(FAULTS) else 0
    chosen = max(least, int(count * FAULTY_SHARE + 0.5))
    chance = Random(f"faults {seed}")  # noqa: S311 repeatable on purpose
    dealt = [Fault.NONE] * count
    for number, rank in enumerate(chance.sample(range(count), chosen)):
        dealt[rank] = FAULTS[number % len(FAULTS)]
    return tuple(dealt)


def course_of(rank: int, courses: Sequence[Course]) -> Course:
    """Which of the courses on offer the winner of a rank takes: each is taken equally often."""
    return courses[rank % len(courses)]


def cast_winners(
    people: Sequence[SyntheticPerson], *, seed: int, courses: Sequence[Course], cancelled: Course
) -> tuple[Winner, ...]:
    """The winners in order of registration, each with course, accounts, opinion and fault."""
    ordered = sorted(people, key=lambda person: person.number)
    faults = deal_faults(len(ordered), seed=seed)
    return tuple(
        _cast(rank, person, faults[rank], seed=seed, courses=courses, cancelled=cancelled)
        for rank, person in enumerate(ordered)
    )


def _cast(
    rank: int, person: SyntheticPerson, fault: Fault, *,
    seed: int, courses: Sequence[Course], cancelled: Course,
) -> Winner:  # fmt: skip
    if person.card is None:
        raise ValueError("nobody wins without an identity")
    name = person.card.name
    account, second = _account(rank, name, fault), None
    if fault is Fault.WRONG_NAME:
        chance = Random(f"wrong name {seed} {rank}")  # noqa: S311 repeatable on purpose
        first = _bank_account(rank, other_name(chance, name), series=8)
        account, second = first, account
    elif fault is Fault.WALLET_FULL:
        second = _bank_account(rank, name, series=7)
    return Winner(
        rank=rank,
        person=person,
        fault=fault,
        course=course_of(rank, courses),
        cancelled=cancelled if fault is Fault.COURSE_CANCELLED else None,
        account=account,
        second_account=second,
        rating=_RATINGS[rank % len(_RATINGS)],
        words=_WORDS[rank % len(_WORDS)],
    )


def _account(rank: int, name: str, fault: Fault) -> Account:
    """Wallets and the bank in turn; somebody whose wallet will be full has a wallet."""
    partners = WALLETS if fault is Fault.WALLET_FULL else PARTNERS
    partner = partners[rank % len(partners)]
    if partner == BANK or rank >= _WALLET_NUMBERS:
        return _bank_account(rank, name, series=9)
    return Account(partner, f"+62812{rank:08d}", name)


def _bank_account(rank: int, name: str, *, series: int) -> Account:
    return Account(BANK, f"99{series}{rank:07d}", name)
