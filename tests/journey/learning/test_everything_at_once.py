"""Everything that may happen to awards and purchases at once: no deadlock, no rupiah astray."""

import json
import random
import threading
import time
from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection, connections
from tests.journey.certification import world as certificates
from tests.journey.learning import world
from tests.journey.selection.world import Someone

from gelombang.auditor import program
from gelombang.journey.certification import actions as certification
from gelombang.journey.disbursement import actions as disbursement
from gelombang.journey.feedback import actions as feedback, queries as said
from gelombang.journey.learning import actions, queries
from gelombang.journey.selection import actions as selection, queries as awards
from gelombang.kit.errors import Refusal
from gelombang.kit.sealing import seal

SECONDS = 5.0
WIB = ZoneInfo("Asia/Jakarta")
LATE = datetime(2020, 5, 17, tzinfo=WIB)  # the first purchase's deadline
OVER = datetime(2021, 1, 1, tzinfo=WIB)  # the balance's
BOOKS = ("money", "training", "payments")  # the rest is not about these people
COURSES = (world.SHORT, world.LONG, world.DEAR)


class Storm:
    """Deeds of people, providers, officers and workers, each drawn by lot."""

    def __init__(self, keyring, people: list) -> None:
        self.keyring, self.people = keyring, people
        self.done: Counter[str] = Counter()
        self.broken: list[str] = []
        self.sweep = {"keyring": keyring, "base_url": world.BASE_URL, "real_now": world.REAL}

    def deeds(self):
        return {
            "accept": (self.accept, 6), "decline": (self.decline, 1), "buy": (self.buy, 20),
            "cancel": (self.cancel, 2), "report": (self.report, 30), "review": (self.review, 4),
            "revoke": (self.revoke, 1), "call_off": (self.call_off, 1), "load": (self.load, 1),
            "lapse": (self.lapse, 2), "expire": (self.expire, 2), "issue": (self.issue, 3),
            "rate": (self.rate, 3), "plan": (self.plan, 2), "due": (self.due, 2),
            "given_back": (self.given_back, 2),
        }  # fmt: skip

    def rage(self, seed: int, until: float) -> None:
        luck = random.Random(seed)
        deeds = self.deeds()
        names, weights = list(deeds), [weight for _, weight in deeds.values()]
        try:
            while time.monotonic() < until:
                (name,) = luck.choices(names, weights)
                try:
                    deeds[name][0](luck)
                    self.done[name] += 1
                except Refusal as refusal:
                    self.done[f"{name}:{refusal.code}"] += 1
                except Exception as error:  # noqa: BLE001 whatever it is, it is told
                    self.broken.append(f"{name}: {type(error).__name__} {error}")
        finally:
            connections.close_all()

    def who(self, luck) -> dict:
        person = luck.choice(self.people)
        when = {"now": luck.choice((world.NOW, world.NOW, LATE)), "real_now": world.REAL}
        return {"person_id": person, "actor": f"person:{person}", **when}

    def accept(self, luck) -> None:
        who = self.who(luck)
        award = awards.award_of(person_id=who["person_id"])
        selection.accept(award_id=award.id, **who)

    def decline(self, luck) -> None:
        who = self.who(luck)
        award = awards.award_of(person_id=who["person_id"])
        selection.decline(award_id=award.id, **who)

    def buy(self, luck) -> None:
        actions.buy(course_code=luck.choice(COURSES), **self.who(luck))

    def cancel(self, luck) -> None:
        who = self.who(luck)
        for each in queries.purchases_of(person_id=who["person_id"])[:1]:
            actions.cancel(purchase_id=each.id, **who)

    def report(self, luck) -> None:
        for each in queries.purchases_of(person_id=luck.choice(self.people))[:1]:
            client = f"lp-{each.course.provider_code}"
            sequence = 999 if luck.random() < 0.3 else each.attended + 1
            passed = luck.random() < 0.9
            at = world.REAL + timedelta(seconds=luck.randint(-200, 200))
            world.report(
                self.keyring, client, each.redeem_code, sequence=sequence, passed=passed, at=at
            )

    def review(self, luck) -> None:
        who = self.who(luck)
        for number in said.reviews_due(person_id=who["person_id"])[:1]:
            feedback.review(
                certificate_number=number, rating=luck.randint(1, 5), words="Sangat berguna.", **who
            )

    def revoke(self, luck) -> None:
        for own in certification.queries.certificates_of(person_id=luck.choice(self.people))[:1]:
            certification.revoke(number=own.number, reason="Bukti kehadiran palsu",
                                 actor="staff:a", now=OVER, real_now=world.REAL)  # fmt: skip

    def call_off(self, luck) -> None:
        if luck.random() < 0.1:
            actions.cancel_course(
                course_code=world.DEAR, reason="Pengajarnya sakit", actor="staff:a",
                now=world.NOW, limit=2, **self.sweep,
            )  # fmt: skip

    def given_back(self, _) -> None:
        actions.give_back_called_off(now=world.NOW, **self.sweep)

    def load(self, luck) -> None:
        text = world.CATALOGUE.read_text(encoding="utf-8")
        price = luck.choice(("50_000", "60_000", "70_000"))
        world.load_courses(self.keyring, text=text.replace("price = 50_000", f"price = {price}"))

    def lapse(self, luck) -> None:
        if luck.random() < 0.05:
            selection.lapse_due(now=LATE, limit=1, **self.sweep)

    def expire(self, luck) -> None:
        if luck.random() < 0.05:
            selection.expire_balances(now=OVER, limit=1, **self.sweep)

    def issue(self, _) -> None:
        certificates.issue(self.keyring, limit=3)

    def rate(self, _) -> None:
        feedback.count_ratings()
        actions.take_ratings(ratings=said.ratings(), now=world.NOW)

    def plan(self, _) -> None:
        disbursement.plan(now=world.NOW, limit=5)

    def due(self, _) -> None:
        disbursement.fall_due(now=OVER, limit=5, **self.sweep)


def test_everything_at_once_leaves_no_deadlock_and_no_rupiah_astray(
    transactional_db, keyring, readonly_url, capsys
):
    people = [Someone() for _ in range(40)]
    certificates.drawn.load(quota=len(people))
    certificates.drawn.join(keyring, people)
    certificates.drawn.close()
    certificates.drawn.freeze(keyring)
    certificates.drawn.draw()
    certificates.drawn.award_all(keyring)
    world.load_courses(keyring)
    with connection.cursor() as cursor:
        name = seal(keyring, certificates.NAME, purpose="name")
        cursor.execute("UPDATE verification_identity SET name_sealed = %s", [name])
    storm = Storm(keyring, [each.person_id for each in people])
    until = time.monotonic() + SECONDS
    threads = [threading.Thread(target=storm.rage, args=(seed, until)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert storm.broken == []
    assert storm.done["buy"] > 5, storm.done
    program.main(["--url", readonly_url, "--json"])
    found = json.loads(capsys.readouterr().out)["results"]
    books = [each for each in found if each["group"] in BOOKS]
    assert len(books) > 20
    assert [each for each in books if each["violations"]] == []
