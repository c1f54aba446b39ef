"""By whose rules and on what terms a wave was awarded."""

from datetime import date
from zoneinfo import ZoneInfo

from gelombang.journey.waves import queries as waves
from gelombang.records.programme import queries as programmes
from gelombang.records.programme.terms import Programme, Scheme

PACKAGE = "gelombang.journey.selection"


def scheme_of(*, wave: waves.WaveView) -> tuple[Programme, Scheme | None]:
    """The programme that a wave is run by, and the scheme in force on the day it closed."""
    programme = programmes.version(version_id=wave.programme_version_id).programme
    day = closing_day(wave=wave, programme=programme)
    return programme, programme.scheme_on(day) if day else None


def closing_day(*, wave: waves.WaveView, programme: Programme) -> date | None:
    """The local day on which a wave closed."""
    zone = ZoneInfo(programme.time_zone)
    return wave.closed_at.astimezone(zone).date() if wave.closed_at else None
