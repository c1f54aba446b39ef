"""The programme that is rehearsed: the chosen file, with the weekly quota of the scale."""

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from gelombang.records.programme import rules
from gelombang.records.programme.terms import Programme as ProgrammeTerms
from gelombang.rehearsal.population import Programme

_QUOTA_LINE = re.compile(r"^(\s*weekly_quota\s*=\s*)[0-9_]+", re.MULTILINE)


class ProgrammeUnfit(Exception):
    """The chosen file cannot be rehearsed; the text says why."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What a rehearsal plays: a scaled file, its first wave, and the facts that people follow."""

    text: str
    wave_id: str
    opens_at: datetime
    closes_at: datetime
    next_wave_id: str
    next_opens_at: datetime
    quota: int
    population_terms: Programme


def scale_quota(text: str, quota: int) -> str:
    """The file with another weekly quota, and everything else as it is.

    Expected entries stay too: `programme check` judges the programme, not the rehearsal.
    Raises ProgrammeUnfit.
    """
    scaled, replaced = _QUOTA_LINE.subn(rf"\g<1>{quota}", text)
    if replaced != 1:
        raise ProgrammeUnfit("the file has no line `weekly_quota = …`")
    return scaled


def set_the_stage(text: str) -> Stage:
    """What this file has a rehearsal play, by the product's own reader. Raises ProgrammeUnfit."""
    checked = rules.check(text)
    if (found := checked.programme) is None:
        mistakes = "; ".join(f"{each.key_path}: {each.message.en}" for each in checked.problems)
        raise ProgrammeUnfit(f"the programme file has mistakes: {mistakes}")
    if len(found.waves) < 2:  # noqa: PLR2004 the demo goes on with the second
        raise ProgrammeUnfit("two waves are needed")
    wave, following = found.waves[:2]
    opens_at, closes_at = _instants(found, wave.id)
    return Stage(
        text=text,
        wave_id=wave.id,
        opens_at=opens_at,
        closes_at=closes_at,
        next_wave_id=following.id,
        next_opens_at=_instants(found, following.id)[0],
        quota=wave.quota,
        population_terms=Programme(
            area_weights={area.code: area.weight for area in found.published_areas()},
            minimum_age=found.eligibility.age.years,
            age_inclusive=found.eligibility.age.inclusive,
            closes_on=closes_at.astimezone(ZoneInfo(found.time_zone)).date(),
        ),
    )


def _instants(programme: ProgrammeTerms, subject: str) -> tuple[datetime, datetime]:
    announced = [each for each in programme.calendar if each.subject == subject]
    if not announced or announced[-1].closes_at is None:
        raise ProgrammeUnfit(f"{subject} has no calendar with an end")
    return announced[-1].opens_at, announced[-1].closes_at
