"""Judgements over the stages of a wave: which areas may join it from when."""

from collections import Counter
from datetime import datetime

from gelombang.records.programme.reading import Problems
from gelombang.records.programme.terms import Announcement, Programme, WavePlan

EVERY_OTHER_AREA = ""


def joining_of(wave: WavePlan) -> dict[str, datetime]:
    """From when people of which area may join; an area that is missing joins with the wave."""
    named = {code: stage.opens_at for stage in wave.stages for code in stage.areas}
    rest = {EVERY_OTHER_AREA: wave.rest_opens_at} if wave.rest_opens_at else {}
    return named | rest


def judge_stages(programme: Programme, problems: Problems) -> None:
    """Note stages of areas that nobody is verified for, named twice, or that never open."""
    published = {area.code for area in programme.published_areas()}
    announced = {entry.subject: entry for entry in programme.calendar}
    for number, wave in enumerate(programme.waves):
        path = f"waves.plan[{number}]"
        _judge_areas(wave, path, published, problems)
        if wave.id in announced:
            _judge_instants(wave, path, announced[wave.id], problems)
        if wave.rest_opens_at is not None and not wave.stages:
            problems.add(f"{path}.rest_opens_at", id="hanya bersama stages",
                         en="only together with stages")  # fmt: skip


def _judge_areas(wave: WavePlan, path: str, published: set[str], problems: Problems) -> None:
    named = Counter(code for stage in wave.stages for code in stage.areas)
    for place, stage in enumerate(wave.stages):
        where = f"{path}.stages[{place}].areas"
        if not stage.areas:
            problems.add(where, id="tidak boleh kosong", en="may not be empty")
        for code in stage.areas:
            if code not in published:
                problems.add(
                    where, id="{code} bukan wilayah tingkat areas.level; daerah yang dipastikan "
                    "Dukcapil hanya setingkat itu", en="{code} is no area of areas.level; the "
                    "civil registry vouches for areas of that level alone", code=code,
                )  # fmt: skip
    for code, count in named.items():
        if count > 1:
            problems.add(f"{path}.stages", id="{code} tertulis {count} kali",
                         en="{code} stands {count} times", code=code, count=count)  # fmt: skip


def _judge_instants(wave: WavePlan, path: str, calendar: Announcement, problems: Problems) -> None:
    """A stage at or after the close would keep its people out; one before the opening waits."""
    instants = {f"{path}.stages[{n}].opens_at": each.opens_at for n, each in enumerate(wave.stages)}
    if wave.rest_opens_at is not None:
        instants[f"{path}.rest_opens_at"] = wave.rest_opens_at
    for where, opens_at in instants.items():
        if calendar.closes_at is not None and opens_at >= calendar.closes_at:
            problems.add(where, id="harus sebelum gelombang ditutup",
                         en="must come before the wave closes")  # fmt: skip
        if opens_at < calendar.opens_at:
            problems.warn(where, id="lebih dulu daripada pembukaan gelombang, yang berlaku",
                          en="is before the wave's opening, which holds")  # fmt: skip
