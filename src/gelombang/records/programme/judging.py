"""Judgements over a programme file that could be read: what it says and must not say."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gelombang.records.programme.reading import Problems
from gelombang.records.programme.staging import judge_stages
from gelombang.records.programme.terms import DRAW, REGISTRATION, TRAINING_AID, Programme, Scheme

HUNDRED = 100  # percent
SMALLEST_CELL = 20  # below it, area and tier together would point at people (draw.md)
WAVE_ID = re.compile(r"^[A-Z0-9-]{1,32}$")
ACCOUNT_CODE = re.compile(r"^[a-z0-9-]{1,32}$")


def judge(programme: Programme, problems: Problems) -> None:
    """Every judgement whose part of the file could be read."""
    for parts, judgement in (
        (("programme",), _judge_zone),
        (("funders", "budgets"), _judge_budgets),
        (("calendar", "waves"), _judge_calendar),
        (("areas",), _judge_areas),
        (("areas", "phased_starts"), _judge_phased_starts),
        (("areas", "waves", "calendar"), judge_stages),
        (("tiers",), _judge_tiers),
        (("areas", "tiers", "waves"), _judge_cells),
        (("tiers", "eligibility"), _judge_eligibility),
        (("schemes", "funders"), _judge_schemes),
        (("schemes", "budgets", "waves", "calendar"), _judge_cost),
        (("partners",), _judge_partners),
        (("partners", "eligibility", "recheck"), _judge_sources),
    ):
        if not problems.broken.intersection(parts):
            judgement(programme, problems)


def _judge_zone(programme: Programme, problems: Problems) -> None:
    try:
        ZoneInfo(programme.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        problems.add(
            "programme.time_zone", id="zona waktu “{zone}” tidak ada",
            en="there is no time zone “{zone}”", zone=programme.time_zone,
        )  # fmt: skip
    if not WAVE_ID.match(programme.code):
        problems.add("programme.code", id="hanya A-Z, 0-9 dan tanda hubung, paling banyak 32",
                     en="only A-Z, 0-9 and hyphens, at most 32")  # fmt: skip


def _once(words: Iterable[object], path: str, problems: Problems) -> None:
    """Note every word that is there twice."""
    for word, count in Counter(words).items():
        if count > 1:
            problems.add(path, id="{word} tertulis {count} kali", en="{word} stands {count} times",
                         word=word, count=count)  # fmt: skip


def _judge_budgets(programme: Programme, problems: Problems) -> None:
    _once((funder.code for funder in programme.funders), "funders", problems)
    _once((f"{b.funder} {b.version}" for b in programme.budgets), "budgets", problems)
    known = {funder.code for funder in programme.funders}
    for number, budget in enumerate(programme.budgets):
        if budget.funder not in known:
            _unknown(problems, f"budgets[{number}].funder", budget.funder, known)
    for funder in programme.funders:
        if not ACCOUNT_CODE.match(funder.code):
            problems.add("funders", id="kode {code}: hanya a-z, 0-9 dan tanda hubung",
                         en="code {code}: only a-z, 0-9 and hyphens", code=funder.code)  # fmt: skip
        versions = programme.budgets_of(funder.code)
        if [budget.version for budget in versions] != list(range(1, len(versions) + 1)):
            problems.add("budgets", id="versi anggaran {code} harus 1, 2, 3, … tanpa celah",
                         en="budget versions of {code} must be 1, 2, 3, … without a gap",
                         code=funder.code)  # fmt: skip
        if [b.effective_on for b in versions] != sorted(b.effective_on for b in versions):
            problems.add("budgets", id="anggaran {code}: versi yang lebih baru berlaku lebih dulu",
                         en="budgets of {code}: a later version takes effect earlier",
                         code=funder.code)  # fmt: skip


def _unknown(problems: Problems, path: str, word: str, known: Iterable[str]) -> None:
    problems.add(path, id="“{word}” tidak ada; yang ada: {known}",
                 en="there is no “{word}”; there are: {known}",
                 word=word, known=", ".join(sorted(known)))  # fmt: skip


def _judge_calendar(programme: Programme, problems: Problems) -> None:
    _once((wave.id for wave in programme.waves), "waves.plan", problems)
    _once((wave.number for wave in programme.waves), "waves.plan", problems)
    for number, wave in enumerate(programme.waves):
        if not WAVE_ID.match(wave.id):
            problems.add(f"waves.plan[{number}].id",
                         id="hanya A-Z, 0-9 dan tanda hubung, paling banyak 32",
                         en="only A-Z, 0-9 and hyphens, at most 32")  # fmt: skip
    subjects = {REGISTRATION} | {wave.id for wave in programme.waves}
    announced: dict[str, datetime] = {}
    for number, entry in enumerate(programme.calendar):
        path = f"calendar[{number}]"
        if entry.subject not in subjects:
            _unknown(problems, f"{path}.subject", entry.subject, subjects)
        if entry.closes_at is not None and entry.closes_at <= entry.opens_at:
            problems.add(f"{path}.closes_at", id="harus sesudah opens_at",
                         en="must come after opens_at")  # fmt: skip
        if entry.announced_at < announced.get(entry.subject, entry.announced_at):
            problems.add(f"{path}.announced_at",
                         id="lebih dulu daripada pengumuman sebelumnya untuk {subject}",
                         en="is before the previous announcement for {subject}",
                         subject=entry.subject)  # fmt: skip
        announced[entry.subject] = entry.announced_at
    for subject in sorted(subjects - set(announced)):
        problems.add("calendar", id="belum ada jadwal untuk {subject}",
                     en="there is no calendar for {subject}", subject=subject)  # fmt: skip


def _judge_areas(programme: Programme, problems: Problems) -> None:
    _once((area.code for area in programme.areas), "areas.nodes", problems)
    parents = {area.code: area.parent for area in programme.areas}
    for number, area in enumerate(programme.areas):
        path = f"areas.nodes[{number}]"
        if area.parent and area.parent not in parents:
            problems.add(f"{path}.parent", id="tidak ada wilayah berkode {code}",
                         en="there is no area with the code {code}", code=area.parent)  # fmt: skip
        elif _runs_in_circles(area.code, parents):
            problems.add(f"{path}.parent", id="wilayah ini berada di bawah dirinya sendiri",
                         en="this area lies below itself")  # fmt: skip
        if area.level == programme.area_level and area.weight < 1:
            problems.add(f"{path}.weight", id="perlu bobot 1 atau lebih",
                         en="needs a weight of 1 or more")  # fmt: skip
    if not programme.published_areas():
        levels = sorted({area.level for area in programme.areas})
        _unknown(problems, "areas.level", programme.area_level, levels)
        return
    outside = _outside_of_published(programme, parents)
    if outside:
        problems.add("areas.level", id="{count} wilayah tidak tercakup, misalnya {name}",
                     en="{count} areas are not covered, e.g. {name}",
                     count=len(outside), name=outside[0])  # fmt: skip


def _outside_of_published(programme: Programme, parents: Mapping[str, str]) -> list[str]:
    """Names of the deepest areas that lie in no area of the published level."""
    published = {area.code for area in programme.published_areas()}
    inner = set(parents.values())
    outside = []
    for area in programme.areas:
        code, seen = area.code, set[str]()
        while code and code not in published and code not in seen:
            seen.add(code)
            code = parents.get(code, "")
        if area.code not in inner and code not in published:
            outside.append(area.name)
    return outside


def _runs_in_circles(code: str, parents: Mapping[str, str]) -> bool:
    seen: set[str] = set()
    while code in parents and code not in seen:
        seen.add(code)
        code = parents[code]
    return code in seen


def _judge_phased_starts(programme: Programme, problems: Problems) -> None:
    known = {area.code for area in programme.areas}
    for number, start in enumerate(programme.phased_starts):
        for code in start.areas:
            if code not in known:
                problems.add(f"phased_starts[{number}].areas",
                             id="tidak ada wilayah berkode {code}",
                             en="there is no area with the code {code}", code=code)  # fmt: skip


def _judge_tiers(programme: Programme, problems: Problems) -> None:
    _once((tier.code for tier in programme.tiers), "tiers", problems)
    for number, tier in enumerate(programme.tiers):
        if not re.fullmatch(r"T[1-9][0-9]?", tier.code):
            problems.add(f"tiers[{number}].code", id="kode netral T1, T2, …, bukan {code}",
                         en="a neutral code T1, T2, …, not {code}", code=tier.code)  # fmt: skip
    total = sum(tier.share_percent for tier in programme.tiers)
    if total != HUNDRED:
        problems.add("tiers", id="jumlah share_percent {total}, seharusnya 100",
                     en="the share_percent sum to {total}, not to 100", total=total)  # fmt: skip


def _judge_cells(programme: Programme, problems: Problems) -> None:
    """Refuse an area level whose smallest expected cell would disclose (draw.md)."""
    areas = programme.published_areas()
    weight = sum(area.weight for area in areas)
    if weight < 1:
        return
    smallest = min(areas, key=lambda area: area.weight)
    for number, tier in enumerate(programme.tiers):
        expected = programme.expected_entries * smallest.weight * tier.expected_percent
        if expected < SMALLEST_CELL * weight * 100:
            problems.add(
                f"tiers[{number}].expected_percent",
                id="sel {area} × {tier} diperkirakan hanya {count} orang; di bawah {least} orang "
                "hasil undian akan membuka keadaan seseorang",
                en="the cell {area} × {tier} is expected to hold only {count} people; below "
                "{least} the result would disclose a person's situation",
                area=smallest.name, tier=tier.code, count=expected // (weight * 100),
                least=SMALLEST_CELL,
            )  # fmt: skip


def _judge_eligibility(programme: Programme, problems: Problems) -> None:
    aid = programme.eligibility.social_aid
    known = {tier.code for tier in programme.tiers}
    for code in (aid.receiving_tier, aid.other_tier) if aid else ():
        if code not in known:
            _unknown(problems, "eligibility", code, known)


def _judge_schemes(programme: Programme, problems: Problems) -> None:
    _once((f"{s.code} {s.version}" for s in programme.schemes), "schemes", problems)
    known = {funder.code for funder in programme.funders}
    for number, scheme in enumerate(programme.schemes):
        path = f"schemes[{number}]"
        _once((part.kind for part in scheme.parts), f"{path}.parts", problems)
        if scheme.funder not in known:
            _unknown(problems, f"{path}.funder", scheme.funder, known)
        total = sum(part.amount * part.times for part in scheme.parts)
        if total != scheme.total:
            problems.add(f"{path}.total", id="bagiannya berjumlah {sum}, bukan {total}",
                         en="its parts sum to {sum}, not to {total}",
                         sum=total, total=scheme.total)  # fmt: skip
        if scheme.effective_until is not None and scheme.effective_until <= scheme.effective_from:
            problems.add(f"{path}.effective_until", id="harus sesudah effective_from",
                         en="must come after effective_from")  # fmt: skip
        _judge_deadlines(scheme, path, problems)
        if (scheme.selection == DRAW) == bool(scheme.entitled):
            problems.add(f"{path}.entitled", id="wajib untuk entitlement, dan hanya untuk itu",
                         en="is required for an entitlement, and only for that")  # fmt: skip
        for earlier in programme.schemes[:number]:
            if _clash(scheme, earlier):
                problems.add(f"{path}.effective_from",
                             id="masa berlakunya bertumpang tindih dengan {other}",
                             en="its dates overlap with those of {other}",
                             other=f"{earlier.code} {earlier.version}")  # fmt: skip


def _judge_deadlines(scheme: Scheme, path: str, problems: Problems) -> None:
    """A training balance can be bought from before it expires, and exists where it lapses."""
    has_deadline = scheme.first_purchase_days > 0 or scheme.spend_by is not None
    if has_deadline and scheme.part(TRAINING_AID) is None:
        key = "first_purchase_days" if scheme.first_purchase_days else "spend_by"
        problems.add(f"{path}.{key}", id="skema ini tidak punya bagian training_aid",
                     en="this scheme has no training_aid part")  # fmt: skip
    if scheme.spend_by is None:
        return
    lasts_until = scheme.effective_from + timedelta(days=scheme.first_purchase_days)
    if scheme.spend_by < lasts_until:
        problems.add(f"{path}.spend_by",
                     id="sebelum batas pembelian pertama, {day}, dari hari berlakunya",
                     en="before the first purchase's deadline, {day}, of its first day in force",
                     day=lasts_until)  # fmt: skip


def _clash(one: Scheme, other: Scheme) -> bool:
    """Two schemes of one code, or two that a draw would award, in force on the same day."""
    if one.code != other.code and not one.selection == other.selection == DRAW:
        return False
    first, second = sorted((one, other), key=lambda scheme: scheme.effective_from)
    return first.effective_until is None or first.effective_until > second.effective_from


def _judge_cost(programme: Programme, problems: Problems) -> None:
    for number, scheme in enumerate(programme.schemes):
        if scheme.selection != DRAW:
            continue
        versions = programme.budgets_of(scheme.funder)
        budget = versions[-1].amount if versions else 0
        wave, everybody = scheme.total * programme.weekly_quota, scheme.total * programme.target
        if budget < wave:
            problems.warn(f"schemes[{number}].total",
                          id="satu gelombang memerlukan {wave} rupiah, anggaran hanya {budget}",
                          en="one wave takes {wave} rupiah, the budget is only {budget}",
                          wave=f"{wave:_}", budget=f"{budget:_}")  # fmt: skip
        elif budget < everybody:
            problems.warn(f"schemes[{number}].total",
                          id="seluruh target memerlukan {all} rupiah, anggaran hanya {budget}",
                          en="the whole target takes {all} rupiah, the budget is only {budget}",
                          all=f"{everybody:_}", budget=f"{budget:_}")  # fmt: skip
    in_force = {entry.subject: entry for entry in programme.calendar}
    zone = ZoneInfo(programme.time_zone) if not problems.stop else None
    for number, planned in enumerate(programme.waves):
        closes = in_force[planned.id].closes_at if planned.id in in_force else None
        if zone and closes and programme.scheme_on(closes.astimezone(zone).date()) is None:
            problems.add(f"waves.plan[{number}]",
                         id="pada hari penutupannya tidak ada skema undian yang berlaku",
                         en="no scheme with a draw is in force on the day it closes")  # fmt: skip


def _judge_partners(programme: Programme, problems: Problems) -> None:
    _once((partner.code for partner in programme.partners), "partners", problems)


def _judge_sources(programme: Programme, problems: Problems) -> None:
    """Refuse to need answers of a registry that nobody would ask: a freeze would wait for ever."""
    rules, recheck = programme.eligibility, programme.recheck
    asked = {partner.code for partner in programme.partners}
    for registry, rule in (("employment", rules.not_employed), ("exclusions", rules.not_excluded)):
        if registry in asked:
            continue
        for path, needs in (
            ("eligibility", rule is not None),
            ("recheck.before_award", registry in recheck.before_award),
            ("recheck.before_payment", registry in recheck.before_payment),
        ):
            if needs:
                problems.add(path, id="memerlukan {code}, yang tidak ada di partners",
                             en="needs {code}, which is not among the partners",
                             code=registry)  # fmt: skip
