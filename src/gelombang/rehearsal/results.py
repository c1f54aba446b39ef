"""Do people learn what was decided? Asked of everybody whom a rule refuses, and of many others."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from gelombang.rehearsal.cast import Cast
from gelombang.rehearsal.expectation import AGE, ENROLLED, SERVED, reasons_against
from gelombang.rehearsal.inbox import Inbox
from gelombang.rehearsal.load import GaveUp
from gelombang.rehearsal.people import SyntheticPerson
from gelombang.rehearsal.population import Population
from gelombang.rehearsal.programme_file import Stage
from gelombang.rehearsal.publication import Publication
from gelombang.rehearsal.walker import WalkStopped

OTHERS_ASKED = 100  # eligible people whose own result is held against the published one
SELECTED = "selected"
RULES = (AGE, ENROLLED, SERVED)
LETTER_SECONDS = 180.0
_LOOK_SECONDS = 0.5


@dataclass(slots=True)
class Told:
    """What people read on their own pages."""

    refusals: Counter[str] = field(default_factory=Counter)
    """How many were told that this rule refuses them."""
    agreeing: int = 0
    """Answers that agree with the publication and with the population."""
    asked: int = 0
    contradictions: Counter[str] = field(default_factory=Counter)


async def ask_everybody_concerned(
    cast: Cast, population: Population, stage: Stage, publication: Publication, *,
    on_step: Callable[[str], None],
) -> Told:  # fmt: skip
    """Everybody who must be refused, a hundred others, and those who walk the pages."""
    told = Told()
    walkers = cast.crowd.walkers
    entrants = [person for person in population.verified() if not walkers.walks(person)]
    refused = [p for p in entrants if reasons_against(p, stage.population_terms)]
    others = [p for p in entrants if not reasons_against(p, stage.population_terms)]
    questions = [
        _ask(cast, p, stage, publication, told) for p in [*refused, *others[:OTHERS_ASKED]]
    ]
    questions += [_look(cast, p, stage, publication, told) for p in walkers.people]
    for question in asyncio.as_completed(questions):
        await question
        on_step("results")
    return told


async def _ask(
    cast: Cast, person: SyntheticPerson, stage: Stage, publication: Publication, told: Told
) -> None:
    told.asked += 1
    status = await cast.crowd.citizens.status(person)
    result = (status or {}).get("result")
    if not result:
        told.contradictions["no result was told"] += 1
        return
    reasons = {str(reason["rule"]) for reason in result["reasons"]}
    told.refusals.update(reasons)
    expected = set(reasons_against(person, stage.population_terms))
    if reasons != expected or bool(result["eligible"]) == bool(expected):
        told.contradictions["other reasons than the population has"] += 1
    elif not expected and result["outcome"] != publication.outcomes.get(result["ticket"]):
        told.contradictions["another outcome than the published one"] += 1
    else:
        told.agreeing += 1


async def _look(
    cast: Cast, person: SyntheticPerson, stage: Stage, publication: Publication, told: Told
) -> None:
    """Somebody with a browser: the public pages, their own result, the page of their ticket."""
    told.asked += 1
    expected = set(reasons_against(person, stage.population_terms))
    try:
        seen = await cast.crowd.walkers.see_result(person, wave_id=stage.wave_id)
    except (WalkStopped, GaveUp) as trouble:
        cast.crowd.walkers.note("result", trouble)
        return
    reasons = {rule for rule in RULES if rule in seen.text}
    told.refusals.update(reasons)
    if reasons != expected or (seen.ticket in publication.outcomes) == bool(expected):
        told.contradictions["a page of the result that contradicts the publication"] += 1
    else:
        told.agreeing += 1


def who_won(
    population: Population, publication: Publication | None, inbox: Inbox
) -> list[SyntheticPerson]:
    """The people whose own letter names a ticket that the publication selected."""
    outcomes = publication.outcomes if publication else {}
    return [
        person
        for person in population.verified()
        if outcomes.get(inbox.ticket_of(person.email)) == SELECTED
    ]


async def count_result_letters(inbox: Inbox, people: Sequence[SyntheticPerson]) -> int:
    """How many of the people got exactly one letter with their result, within three minutes."""
    until = time.monotonic() + LETTER_SECONDS
    while True:
        told = sum(inbox.results_of(person.email) == 1 for person in people)
        if told == len(people) or time.monotonic() > until:
            return told
        await asyncio.sleep(_LOOK_SECONDS)
