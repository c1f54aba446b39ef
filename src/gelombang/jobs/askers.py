"""How each registry is asked about people: its client, and what its answers say of a check."""

from collections.abc import Callable, Sequence

import aiohttp

from gelombang.gateways.civil_registry.client import Account, CivilRegistryClient
from gelombang.gateways.civil_registry.protocol import CivilRegistry, Elements
from gelombang.gateways.dci.protocol import NotAnswered, PersonRegistry
from gelombang.gateways.education.client import EducationClient
from gelombang.gateways.employment.status import EmploymentStatusClient
from gelombang.gateways.exclusions.client import ExclusionsClient
from gelombang.gateways.social_aid.client import SocialAidClient
from gelombang.jobs.calls import Ask
from gelombang.jobs.loop import Context
from gelombang.journey.verification.rules import (
    LIKENESS_THRESHOLD,
    Answer,
    Fact,
    NoFact,
    Question,
    Unknown,
    judge_registry,
)
from gelombang.kit.nik import Sex

MakeAsk = Callable[[Context, aiohttp.ClientSession], Ask | None]
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


def ask_civil_registry(context: Context, session: aiohttp.ClientSession) -> Ask:
    """How Dukcapil is asked."""
    settings = context.environment
    account = Account(
        customer=settings.civil_registry_customer,
        user=settings.civil_registry_user.get_secret_value(),
        password=settings.civil_registry_password.get_secret_value(),
        ip=settings.civil_registry_ip,
    )
    return registry_asker(
        CivilRegistryClient(
            session,
            base_url=settings.civil_registry_url,
            account=account,
            threshold=LIKENESS_THRESHOLD,
        )
    )


def ask_education(context: Context, session: aiohttp.ClientSession) -> Ask:
    """How the education hub is asked."""
    settings = context.environment
    sender = settings.education_sender
    trust = settings.registry_trust("education", sender_id=sender)
    url = settings.education_url
    return person_asker(EducationClient(session, base_url=url, sender_id=sender, trust=trust))


def ask_social_aid(context: Context, session: aiohttp.ClientSession) -> Ask:
    """How the social registry is asked."""
    settings = context.environment
    sender = settings.social_aid_sender
    trust = settings.registry_trust("social_aid", sender_id=sender)
    url = settings.social_aid_url
    return person_asker(SocialAidClient(session, base_url=url, sender_id=sender, trust=trust))


def ask_employment(context: Context, session: aiohttp.ClientSession) -> Ask | None:
    """How the employment insurer is asked; None without its address."""
    settings = context.environment
    sender, url = settings.employment_sender, settings.employment_url
    if url is None:
        return None
    trust = settings.registry_trust("employment", sender_id=sender)
    client = EmploymentStatusClient(session, base_url=url, sender_id=sender, trust=trust)
    return person_asker(client)


def ask_exclusions(context: Context, session: aiohttp.ClientSession) -> Ask | None:
    """How the hub of exclusion lists is asked; None without its address."""
    settings = context.environment
    sender, url = settings.exclusions_sender, settings.exclusions_url
    if url is None:
        return None
    trust = settings.registry_trust("exclusions", sender_id=sender)
    return person_asker(ExclusionsClient(session, base_url=url, sender_id=sender, trust=trust))
