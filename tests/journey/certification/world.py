"""Builders for tests of certificates: people who won, accepted and finished a course."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import connection
from tests.journey.learning import world as learning
from tests.journey.selection import world as drawn
from tests.journey.selection.world import Someone

from gelombang.journey.certification import actions
from gelombang.journey.learning.queries import PurchaseView
from gelombang.kit.sealing import Keyring, seal

BASE_URL = drawn.BASE_URL
REAL = learning.REAL
FINISHED = learning.NOW
ISSUED = FINISHED + timedelta(minutes=1)
COURSE, OTHER_COURSE = learning.SHORT, learning.LONG
NAME = "SITI AMINAH PERCOBAAN"
AT = {"now": ISSUED, "real_now": REAL}


@dataclass(frozen=True)
class Graduate:
    """Somebody who finished a course."""

    someone: Someone
    purchase: PurchaseView

    @property
    def person_id(self) -> UUID:
        return self.someone.person_id


def winners(keyring: Keyring, people: Sequence[Someone], *, name: str = NAME) -> None:
    """People with an accepted award and a verified name, and a catalogue to buy from."""
    drawn.load(quota=len(people))
    drawn.join(keyring, people)
    drawn.close()
    drawn.freeze(keyring)
    drawn.draw()
    drawn.award_all(keyring)
    learning.accept([each.person_id for each in people])
    learning.load_courses(keyring)
    sealed = seal(keyring, name, purpose="name")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE verification_identity SET name_sealed = %s", [sealed])


def buy(people: Sequence[Someone], *, course: str = COURSE) -> list[Graduate]:
    """Purchases of these people, bought and not begun."""
    return [Graduate(each, learning.buy(each.person_id, course)) for each in people]


def finish(keyring: Keyring, bought: Sequence[Graduate]) -> None:
    """Redeemed, attended and completed, as their provider reports."""
    for each in bought:
        learning.finish(keyring, each.purchase)


def graduates(keyring: Keyring, *, count: int = 1, language: str = "id") -> list[Graduate]:
    """People who finished a course and have no certificate yet."""
    people = [Someone(language=language) for _ in range(count)]
    winners(keyring, people)
    bought = buy(people)
    finish(keyring, bought)
    return bought


def issue(keyring: Keyring, **changes: object) -> int:
    """Issue as the worker does."""
    given = {"keyring": keyring, "base_url": BASE_URL, **AT, **changes}
    return actions.issue(**given)


def tell_revoked(keyring: Keyring) -> int:
    """Write to holders of revoked certificates as the worker does."""
    return actions.tell_revoked(keyring=keyring, base_url=BASE_URL, **AT)


def revoke(number: str, reason: str = "Bukti kehadiran ternyata dipalsukan") -> None:
    """Take a certificate back as the office does."""
    actions.revoke(number=number, reason=reason, actor="staff:petugas", **AT)
