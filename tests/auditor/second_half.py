"""What became of the winner: a balance, a course given back, one finished, and money on its way.

The first monthly incentive failed at a wallet and was paid to a bank; the second is unknown after
one enquiry, the others are planned, and the survey's is held for lack of nothing but its turn.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from psycopg.types.json import Jsonb

if TYPE_CHECKING:
    from tests.auditor.world import World

AID, INCENTIVE, SURVEY, PRICE = 1_000_000, 600_000, 150_000, 400_000
PARTS = [
    {"kind": "training_aid", "amount": AID, "times": 1},
    {"kind": "completion_incentive", "amount": INCENTIVE, "times": 4, "every": "month"},
    {"kind": "survey_incentive", "amount": SURVEY, "times": 1},
]
FUND = ("programme_fund", "programme:PKJ-2020:apbn")
DAY = timedelta(days=1)


class Afterwards:
    """The winner's way from the award on, one deed after the other."""

    def __init__(self, world: "World", *, award: int, person, lifetime: bytes, since: datetime):
        self.world, self.award, self.person, self.lifetime = world, award, person, lifetime
        self.at = since
        self.purse = f"award:{award}"

    def play(self) -> None:
        self.accept()
        self.offer()
        given_back = self.buy("PK2222222222")
        self.resolve(given_back, "cancelled")
        finished = self.buy("PK3333333333")
        self.resolve(finished, "redeemed", "completed")
        certificate = self.certify(finished)
        self.review(certificate)
        self.answer_survey()
        wallet = self.link("gopay", b"1")
        first, second = self.plan()
        batch = self.batch("B-1", payouts=2)
        self.pay(first, batch, wallet, "PKJ-1", "gopay", "Refused")
        self.pay(second, batch, wallet, "PKJ-2", "gopay", "Unanswered")
        bank = self.link("bni", b"2", instead_of=wallet)
        again = self.batch("B-2", payouts=1)
        self.pay(first, again, bank, "PKJ-3", "bni", "Paid")

    def set(self, table: str, key: int, **values) -> None:
        names = ", ".join(f"{name} = %({name})s" for name in values)
        self.world.connection.execute(
            f"UPDATE {table} SET {names} WHERE id = %(key)s", values | {"key": key}
        )

    def book(self, kind, debited, credited, amount, reference, *, resolves=None) -> None:
        number = self.world.transfer(debited, credited, amount, kind, f"{kind}:{reference}")
        if resolves:
            self.world.connection.execute("SET LOCAL session_replication_role = replica")
            self.world.connection.execute(
                "UPDATE ledger_transfer SET resolves_id = (SELECT id FROM ledger_transfer "
                "WHERE reference = %s) WHERE id = %s",
                [resolves, number],
            )
            self.world.connection.execute("SET LOCAL session_replication_role = origin")

    def accept(self) -> None:
        self.at += DAY
        self.set(
            "selection_award", self.award, state="accepted", accepted_at=self.at,
            purchase_by=self.at + 30 * DAY,
        )  # fmt: skip
        balance = ("training_balance", self.purse)
        self.book("grant", ("committed", self.purse), balance, AID, self.purse)

    def offer(self) -> None:
        self.world.insert(
            "learning_provider", "code", code="bina", name="Bina", client_code="bina",
            sign_key_sealed=b"sealed", is_approved=True, loaded_at=self.at,
        )  # fmt: skip
        self.world.insert("learning_category", "code", code="c", position=1, name_id="Kopi",
                          name_en="Coffee")  # fmt: skip
        self.course = self.world.insert(
            "learning_course", code="B-01", provider_id="bina", title_id="Kopi", title_en="Coffee",
            about_id="", about_en="", category_id="c", mode="webinar", price=PRICE, hours=8,
            sessions=1, schedule_code="S", schedule_id="", schedule_en="", is_on_sale=True,
            rating_sum=5, rating_count=1, loaded_at=self.at,
        )  # fmt: skip

    def buy(self, code: str) -> int:
        self.at += DAY
        purchase = self.world.insert(
            "learning_purchase", award_id=self.award, person_id=self.person, course_id=self.course,
            provider_id="bina", price=PRICE, state="held", redeem_code=code, bought_at=self.at,
        )  # fmt: skip
        self.book("purchase_hold", ("training_balance", self.purse),
                  ("provider_held", f"purchase:{purchase}"), PRICE, purchase)  # fmt: skip
        claim = self.world.connection.execute(
            "SELECT id, state FROM people_lifetimeclaim WHERE basis = %s", [self.purse]
        ).fetchone()
        if claim[1] == "held":
            self.world.move("people_lifetimeclaim", claim[0], "used")
        return purchase

    def resolve(self, purchase: int, *states: str) -> None:
        self.at += DAY
        held, hold = ("provider_held", f"purchase:{purchase}"), f"purchase_hold:{purchase}"
        if states[-1] == "cancelled":
            self.set("learning_purchase", purchase, state="cancelled", ended_at=self.at,
                     end_reason="given-back")  # fmt: skip
            balance = ("training_balance", self.purse)
            self.book("purchase_void", held, balance, PRICE, purchase, resolves=hold)
            return
        self.set("learning_purchase", purchase, state="redeemed", redeemed_at=self.at)
        self.set("learning_purchase", purchase, state="completed", completed_at=self.at)
        for sequence in (1, 999):
            self.world.insert("learning_attendance", purchase_id=purchase, sequence=sequence,
                              reported_at=self.at)  # fmt: skip
        payable = ("provider_payable", "provider:bina")
        self.book("purchase_post", held, payable, PRICE, purchase, resolves=hold)

    def certify(self, purchase: int) -> int:
        self.at += DAY
        return self.world.insert(
            "certification_certificate", number="ABCD" * 4, purchase_id=purchase,
            award_id=self.award, person_id=self.person, holder_sealed=b"sealed",
            course_code="B-01", title_id="Kopi", title_en="Coffee", provider_name="Bina", hours=8,
            completed_at=self.at - DAY, issued_at=self.at, state="valid",
        )  # fmt: skip

    def review(self, certificate: int) -> None:
        self.at += DAY
        self.world.insert(
            "feedback_review", certificate_id=certificate, award_id=self.award,
            person_id=self.person, course_code="B-01", rating=5, words="Baik", reviewed_at=self.at,
        )  # fmt: skip

    def answer_survey(self) -> None:
        self.world.insert(
            "feedback_surveyanswer", award_id=self.award, person_id=self.person,
            survey="employment", version=1, answers=Jsonb({}), answered_at=self.at,
        )  # fmt: skip

    def link(self, partner: str, index: bytes, *, instead_of: int | None = None) -> int:
        self.at += DAY
        if instead_of:
            self.world.move("disbursement_payoutaccount", instead_of, "replaced")
        account = self.world.insert(
            "disbursement_payoutaccount", person_id=self.person, partner=partner,
            account_sealed=b"sealed", account_index=index, ending="1234", state="asked",
            asked_at=self.at, attempts=0, next_attempt_at=self.at,
        )  # fmt: skip
        self.world.insert("disbursement_accountowner", "account_index", account_index=index,
                          person_id=self.person)  # fmt: skip
        self.world.connection.execute(
            "UPDATE disbursement_payoutaccount SET state = 'linked', held_index = account_index, "
            "effective_at = %s WHERE id = %s",
            [self.at, account],
        )
        return account

    def plan(self) -> tuple[int, int]:
        self.at += DAY
        numbers = []
        for part in PARTS[1:]:
            for number in range(1, part["times"] + 1):
                is_survey = part["kind"] == "survey_incentive"
                numbers.append(self.world.insert(
                    "disbursement_instalment", award_id=self.award, person_id=self.person,
                    kind=part["kind"], number=number, times=part["times"], amount=part["amount"],
                    state="planned", planned_at=self.at,
                    due_at=self.at + (0 if is_survey else number - 1) * DAY,
                ))  # fmt: skip
        for instalment in numbers[:2]:
            self.fall_due(instalment)
        return numbers[0], numbers[1]

    def fall_due(self, instalment: int) -> None:
        self.at += DAY
        self.set("disbursement_instalment", instalment, state="due", became_due_at=self.at)
        due = ("instalments_due", self.purse)
        self.book("due", ("committed", self.purse), due, INCENTIVE, instalment)

    def batch(self, reference: str, *, payouts: int) -> int:
        self.at += DAY
        batch = self.world.insert(
            "disbursement_payoutbatch", reference=reference, state="prepared", payouts=payouts,
            amount=payouts * INCENTIVE, needs_second_check=False, made_by="staff:a",
            made_at=self.at,
        )  # fmt: skip
        self.set("disbursement_payoutbatch", batch, approved_by="staff:b", approved_at=self.at)
        self.world.move("disbursement_payoutbatch", batch, "approved")
        self.set("disbursement_payoutbatch", batch, released_by="staff:c", released_at=self.at)
        self.world.move("disbursement_payoutbatch", batch, "released")
        return batch

    def pay(self, instalment, batch, account, reference, partner, outcome) -> None:
        self.at += timedelta(hours=1)
        self.world.move("disbursement_instalment", instalment, "in_payment")
        payout = self.world.insert(
            "disbursement_payout", instalment_id=instalment, batch_id=batch, account_id=account,
            partner=partner, reference=reference, amount=INCENTIVE, state="prepared", attempts=1,
            sent_at=self.at, leased_until=self.at, enquiries=0,
        )  # fmt: skip
        self.world.move("disbursement_payout", payout, "approved", "released", "sent")
        clearing = ("partner_clearing", f"partner:{partner}")
        due = ("instalments_due", self.purse)
        self.book("payout_reserve", due, clearing, INCENTIVE, reference)
        self.told(payout, "pay", outcome)
        reserve = f"payout_reserve:{reference}"
        if outcome == "Refused":
            self.world.move("disbursement_payout", payout, "failed")
            self.world.move("disbursement_instalment", instalment, "due")
            self.book("payout_void", clearing, due, INCENTIVE, reference, resolves=reserve)
        elif outcome == "Unanswered":
            self.world.move("disbursement_payout", payout, "unknown")
            self.at += timedelta(minutes=2)
            self.told(payout, "enquire", "InProgress")
        else:
            self.settle(instalment, payout, reference, partner)

    def settle(self, instalment: int, payout: int, reference: str, partner: str) -> None:
        self.world.move("disbursement_payout", payout, "paid")
        self.world.move("disbursement_instalment", instalment, "paid")
        holder = f"partner:{partner}"
        self.book("payout_post", ("partner_clearing", holder), ("paid_out", self.purse), INCENTIVE,
                  reference, resolves=f"payout_reserve:{reference}")  # fmt: skip
        self.book("float_in", ("treasury", "funder:apbn"), ("partner_float", holder),
                  2 * INCENTIVE, f"{partner}:1")  # fmt: skip
        self.book("float_out", ("partner_float", holder), ("partner_external", holder), INCENTIVE,
                  reference)  # fmt: skip

    def told(self, payout: int, call: str, outcome: str) -> None:
        self.world.insert(
            "disbursement_partneranswer", payout_id=payout, call=call, outcome=outcome, code="2",
            amount=INCENTIVE if outcome == "Paid" else None, answer_sha256="", answered_at=self.at,
            real_answered_at=self.at,
        )  # fmt: skip
