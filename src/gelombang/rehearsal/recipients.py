"""What winners do from the award to the survey: one JSON call a step, or the pages on foot."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gelombang.rehearsal.catalogue import Course
from gelombang.rehearsal.citizen import Citizens
from gelombang.rehearsal.load import Caller
from gelombang.rehearsal.people import SyntheticPerson
from gelombang.rehearsal.strollers import Strollers
from gelombang.rehearsal.winners import Account, Winner
from gelombang.rehearsal.wire import Answer

_OK, _CREATED, _ACCEPTED = 200, 201, 202
_JSON = {"Content-Type": "application/json", "Accept": "application/json"}


@dataclass(slots=True)
class Kept:
    """What recipients remember of the system's answers."""

    accepted: set[int] = field(default_factory=set)
    handed_over: set[int] = field(default_factory=set)
    reviewed: set[int] = field(default_factory=set)
    linked: set[int] = field(default_factory=set)
    answered: set[int] = field(default_factory=set)


class Recipients:
    """Plays the winners' steps; what surprises them is noted with everybody's surprises."""

    def __init__(
        self, citizens: Citizens, on_foot: Strollers, *, providers: Caller, balance: int
    ) -> None:
        self._citizens = citizens
        self._on_foot = on_foot
        self._providers = providers
        self._balance = balance
        self._codes: dict[int, str] = {}
        self._purchases: dict[int, int] = {}
        self._questions: Mapping[str, str] | None = None
        self.kept = Kept()

    async def accept(self, winner: Winner) -> None:
        """Take the award up."""
        person = winner.person
        if self._on_foot.walks(person):
            await self._on_foot.accept(person)
        elif not await self._citizens.ask(person, "accept", "POST", "/api/v1/award/accept", {}):
            return
        self.kept.accepted.add(person.number)

    async def buy(self, winner: Winner, course: Course) -> None:
        """Buy a course with the untouched balance, and look at what it left."""
        person = winner.person
        if self._on_foot.walks(person):
            self._codes[person.number] = await self._on_foot.buy(person, course.code)
            return
        bought = await self._citizens.ask(
            person, "buy", "POST", "/api/v1/purchases", {"course": course.code}, wanted=_CREATED
        )
        if not bought:
            return
        self._codes[person.number] = str(bought["redeem_code"])
        self._purchases[person.number] = int(bought["id"])
        seen = int(bought["balance_before"]), int(bought["balance_after"])
        if seen != (self._balance, self._balance - course.price):
            self._note("buy: another balance than the award and the catalogue have")

    async def hand_over(self, winner: Winner, course: Course) -> None:
        """Type the redeem code at the provider's own site."""
        number = winner.person.number
        if number not in self._codes:
            return
        answer = await self._providers.ask(
            "redeem", "POST", f"/{course.provider}/tukar",
            json_body={"redeem_code": self._codes[number]}, headers=_JSON,
        )  # fmt: skip
        if answer.status == _OK:
            self.kept.handed_over.add(number)
        else:
            self._note(f"redeem: {answer.status}{_said(answer)}")

    async def give_back(self, winner: Winner) -> None:
        """Cancel the course that was bought by JSON, before any provider took its code."""
        path = f"/api/v1/purchases/{self._purchases[winner.person.number]}/cancel"
        await self._citizens.ask(winner.person, "give back", "POST", path, {})

    async def review(self, winner: Winner) -> None:
        """Rate every course whose certificate came and has no review of mine."""
        person = winner.person
        if self._on_foot.walks(person):
            await self._on_foot.review(person, rating=winner.rating, words=winner.words)
            self.kept.reviewed.add(person.number)
            return
        listed = await self._citizens.ask(person, "certificates", "GET", "/api/v1/certificates")
        for certificate in listed or []:
            if certificate["reviewed"]:
                continue
            opinion = {"rating": winner.rating, "words": winner.words}
            body = {"certificate": certificate["number"], **opinion}
            done = await self._citizens.ask(
                person, "review", "POST", "/api/v1/reviews", body, wanted=_CREATED
            )
            if done:
                self.kept.reviewed.add(person.number)

    async def state_account(self, winner: Winner, account: Account) -> None:
        """Say where the money should go."""
        if self._on_foot.walks(winner.person) and account is winner.account:
            await self._on_foot.state_account(winner.person, account)
            self.kept.linked.add(winner.person.number)
            return
        body = {"partner": account.partner, "account_no": account.number}
        done = await self._citizens.ask(
            winner.person, "account", "PUT", "/api/v1/payout-account", body, wanted=_ACCEPTED
        )
        if done:
            self.kept.linked.add(winner.person.number)

    async def change_account(self, winner: Winner, account: Account) -> None:
        """Say so again later: a change wants a fresh sign-in code."""
        self._citizens.forget_session(winner.person)
        await self.state_account(winner, account)

    async def account_state(self, winner: Winner) -> Mapping[str, Any]:
        """What became of the account that was stated last; empty when nobody says."""
        found = await self._citizens.ask(
            winner.person, "account state", "GET", "/api/v1/payout-account"
        )
        return dict(found) if found else {}

    async def award(self, person: SyntheticPerson) -> Mapping[str, Any]:
        """The person's award as its page shows it; empty when nobody says."""
        found = await self._citizens.ask(person, "award", "GET", "/api/v1/award")
        return dict(found["award"]) if found and found.get("award") else {}

    async def answer_survey(self, winner: Winner) -> None:
        """Answer each question with its first option; the questions are the same for all."""
        if self._on_foot.walks(winner.person):
            await self._on_foot.answer_survey(winner.person)
            self.kept.answered.add(winner.person.number)
            return
        if self._questions is None:
            asked = await self._citizens.ask(winner.person, "survey", "GET", "/api/v1/survey")
            self._questions = _first_options(asked or {})
        done = await self._citizens.ask(
            winner.person, "survey", "POST", "/api/v1/survey",
            {"answers": dict(self._questions)}, wanted=_CREATED,
        )  # fmt: skip
        if done:
            self.kept.answered.add(winner.person.number)

    async def payments(self, winner: Winner) -> list[Mapping[str, Any]]:
        """Every payment that the award promises, as the timeline shows it."""
        found = await self._citizens.ask(winner.person, "payments", "GET", "/api/v1/payments")
        return list(found or [])

    def _note(self, what: str) -> None:
        self._citizens.surprises.note(what)


def _first_options(survey: Mapping[str, Any]) -> dict[str, str]:
    return {
        str(question["code"]): str(question["options"][0]["code"])
        for question in survey.get("questions", [])
    }


def _said(answer: Answer) -> str:
    try:
        document = json.loads(answer.body)
    except ValueError:
        return ""
    return f" ({document.get('code', '')})" if isinstance(document, dict) else ""
