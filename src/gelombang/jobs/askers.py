"""How each registry is asked about people: its client, and what its answers say of a check."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import aiohttp

from gelombang.gateways.civil_registry.client import Account, CivilRegistryClient
from gelombang.gateways.civil_registry.protocol import CivilRegistry, Elements
from gelombang.gateways.dci.protocol import NotAnswered, PersonRegistry
from gelombang.gateways.education.client import EducationClient
from gelombang.gateways.employment.status import EmploymentStatusClient
from gelombang.gateways.exclusions.client import ExclusionsClient
from gelombang.gateways.social_aid.client import SocialAidClient
from gelombang.jobs.calls import Ask
from gelombang.journey.verification.rules import (
    LIKENESS_THRESHOLD,
    Answer,
    Fact,
    NoFact,
    Question,
    Unknown,
    judge_registry,
)

if TYPE_CHECKING:
    from gelombang.kit.nik import Sex
    from gelombang.settings.environment import Environment

MakeAsk = Callable[["Environment", aiohttp.ClientSession], Ask | None]
"""How a line asks with a session; None where the environment has no address of the partner."""


def registry_asker(client: CivilRegistry) -> Ask:
    """Asks the civil registry about one statement."""

    async def ask(questions: Sequence[Question]) -> list[Answer]:
        (question,) = questions
        answer = await client.compare(_elements(question))
        outcome = judge_registry(answer.code, answer.matches)
        return [Answer(question.check_id, question.attempt, outcome, answer.answer_sha256)]

    return ask


def _elements(question: Question) -> Elements:
    stated = question.stated
    if stated is None:
        raise ValueError("the civil registry compares a whole statement")
    sex: Sex = "female" if stated.sex == "female" else "male"
    return Elements(
        nik=stated.nik,
        family_card_no=stated.family_card_no,
        name=stated.name,
        sex=sex,
        birth_place=stated.birth_place,
        birth_date=stated.birth_date,
        province=stated.province,
    )


def person_asker(client: PersonRegistry) -> Ask:
    """Asks a registry whether something holds for each of several people."""

    async def ask(questions: Sequence[Question]) -> list[Answer]:
        found = await client.holding([question.nik for question in questions])
        answers = []
        for question, holding in zip(questions, found, strict=True):
            number = (question.check_id, question.attempt)
            if isinstance(holding, NotAnswered):
                answers.append(Answer(*number, Unknown(holding.reason)))
                continue
            outcome = Fact(holding.code) if holding.holds else NoFact(holding.code)
            answers.append(Answer(*number, outcome, holding.answer_sha256, holding.as_of))
        return answers

    return ask


def ask_civil_registry(environment: Environment, session: aiohttp.ClientSession) -> Ask:
    """How Dukcapil is asked."""
    account = Account(
        customer=environment.civil_registry_customer,
        user=environment.civil_registry_user.get_secret_value(),
        password=environment.civil_registry_password.get_secret_value(),
        ip=environment.civil_registry_ip,
    )
    return registry_asker(
        CivilRegistryClient(
            session,
            base_url=environment.civil_registry_url,
            account=account,
            threshold=LIKENESS_THRESHOLD,
        )
    )


def ask_education(environment: Environment, session: aiohttp.ClientSession) -> Ask:
    """How the education hub is asked."""
    sender = environment.education_sender
    trust = environment.registry_trust("education", sender_id=sender)
    url = environment.education_url
    return person_asker(EducationClient(session, base_url=url, sender_id=sender, trust=trust))


def ask_social_aid(environment: Environment, session: aiohttp.ClientSession) -> Ask:
    """How the social registry is asked."""
    sender = environment.social_aid_sender
    trust = environment.registry_trust("social_aid", sender_id=sender)
    url = environment.social_aid_url
    return person_asker(SocialAidClient(session, base_url=url, sender_id=sender, trust=trust))


def ask_employment(environment: Environment, session: aiohttp.ClientSession) -> Ask | None:
    """How the employment insurer is asked; None without its address."""
    sender, url = environment.employment_sender, environment.employment_url
    if url is None:
        return None
    trust = environment.registry_trust("employment", sender_id=sender)
    client = EmploymentStatusClient(session, base_url=url, sender_id=sender, trust=trust)
    return person_asker(client)


def ask_exclusions(environment: Environment, session: aiohttp.ClientSession) -> Ask | None:
    """How the hub of exclusion lists is asked; None without its address."""
    sender, url = environment.exclusions_sender, environment.exclusions_url
    if url is None:
        return None
    trust = environment.registry_trust("exclusions", sender_id=sender)
    return person_asker(ExclusionsClient(session, base_url=url, sender_id=sender, trust=trust))
