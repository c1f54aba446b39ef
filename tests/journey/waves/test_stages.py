"""Joining area by area: the verified area and the instant of arrival decide."""

from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from tests.journey.selection.world import (
    AFTER,
    CLOSES,
    OPENS,
    REAL,
    WAVE,
    Someone,
    add,
    ask,
    enter_all,
    load,
    programme_text,
)

from gelombang import store
from gelombang.frontdoor.calendar import DoorState, facts_of
from gelombang.frontdoor.tables import statement
from gelombang.journey.waves import queries
from gelombang.records.programme import actions as programme, queries as programmes, rules

pytestmark = pytest.mark.usefixtures("database_url")
JAVA, PAPUA = OPENS + timedelta(hours=2), OPENS + timedelta(days=1)
REST = OPENS + timedelta(days=2)
PLAN = '{ id = "PKJ-2020-W01", number = 1 }'


def staged(*, java="31", rest_at=REST, papua_at=PAPUA, java_at=JAVA) -> str:
    """The plan of the first wave with two stages."""
    parts = [
        f'{{ name = {{ id = "{name}", en = "{name}" }}, areas = [{areas}], '
        f"opens_at = {at.isoformat()} }}"
        for name, areas, at in (
            ("Jawa", f'"{java}", "32"', java_at),
            ("Papua", '"91", "92"', papua_at),
        )
    ]
    tail = f", rest_opens_at = {rest_at.isoformat()}" if rest_at else ""
    return PLAN.replace(" }", f", stages = [{', '.join(parts)}]{tail} }}")


def begin(plan: str) -> None:
    load(changes=[(PLAN, plan)])


@pytest.mark.parametrize(
    ("area", "at", "refusal"),
    [
        ("31", JAVA - timedelta(microseconds=1), "area-not-open"),
        ("31", JAVA, ""),
        ("92", JAVA, "area-not-open"),
        ("92", PAPUA, ""),
        ("11", REST - timedelta(microseconds=1), "area-not-open"),
        ("11", REST, ""),
        ("31", OPENS - timedelta(seconds=1), "wave-not-open"),
        ("31", CLOSES, "wave-closed"),
    ],
)
def test_the_verified_area_and_the_arrival_decide(keyring, area, at, refusal):
    begin(staged())
    someone = Someone(area=area)
    add(keyring, [someone])
    (receipt,) = ask([someone], at=at)
    enter_all(keyring, now=AFTER)
    assert queries.answer_to(receipt=receipt).refusal == refusal


def test_areas_that_no_stage_names_join_with_the_wave_itself(keyring):
    begin(staged(rest_at=None))
    someone = Someone(area="11")
    add(keyring, [someone])
    ask([someone], at=OPENS)
    enter_all(keyring)
    assert queries.entry_of(person_id=someone.person_id, wave_id=WAVE).ticket


def test_who_was_too_early_joins_later(keyring):
    begin(staged())
    someone = Someone(area="92")
    add(keyring, [someone])
    ask([someone], at=JAVA)
    enter_all(keyring)
    ask([someone], at=PAPUA)
    enter_all(keyring)
    assert queries.entry_of(person_id=someone.person_id, wave_id=WAVE).joined_at == PAPUA
    assert queries.area_opens_at(wave_id=WAVE, area="92") == PAPUA
    assert queries.area_opens_at(wave_id=WAVE, area="11") == REST
    assert queries.area_opens_at(wave_id="PKJ-2020-W02", area="92") is None


def test_an_unverified_person_learns_nothing_about_areas(keyring):
    begin(staged())
    someone = Someone(area="92", state="pending")
    add(keyring, [someone])
    (receipt,) = ask([someone], at=OPENS)
    enter_all(keyring)
    assert queries.answer_to(receipt=receipt).refusal == "not-verified"


def test_what_people_are_told_is_what_holds(keyring):
    begin(staged())
    told = [(each.name.id, sorted(each.areas), each.opens_at) for each in programmes.stages()]
    assert told == [
        ("Jawa", ["31", "32"], JAVA), ("Papua", ["91", "92"], PAPUA), ("Daerah lainnya", [], REST),
    ]  # fmt: skip
    later = JAVA + timedelta(hours=3)
    programme.load(
        text=programme_text() + "\n# tanpa tahap untuk gelombang lain\n",
        actor="cli:test", now=OPENS - timedelta(days=1), real_now=REAL,
    )  # fmt: skip
    assert programmes.stages() == []
    text = programme_text().replace(PLAN, staged())
    programme.load(text=text + "#", actor="cli:t", now=OPENS - timedelta(days=1), real_now=REAL)
    programme.reschedule(
        subject="PKJ-2020-W01", opens_at=later, closes_at=CLOSES, reason="mundur",
        actor="staff:a", now=OPENS - timedelta(hours=1), real_now=REAL,
    )  # fmt: skip
    assert [each.opens_at for each in programmes.stages(subject=WAVE)] == [later, PAPUA, REST]


@pytest.mark.parametrize(
    ("plan", "opens_at"),
    [
        (staged(), JAVA),
        (staged(rest_at=None), OPENS),
        (staged(rest_at=OPENS), OPENS),
        (PLAN, OPENS),
    ],
    ids=["all later", "others with the wave", "others first", "no stages"],
)
def test_to_the_door_a_wave_opens_with_the_first_who_may_join(plan, opens_at):
    begin(plan)
    rows = store.fetch(statement("read_door_facts"), {})
    assert {row["subject"]: row["opens_at"] for row in rows}[WAVE] == opens_at
    assert facts_of(rows).state(WAVE, opens_at) is DoorState.OPEN
    assert facts_of(rows).state(WAVE, opens_at - timedelta(microseconds=1)) is DoorState.BEFORE


@pytest.mark.parametrize(
    ("plan", "now"),
    [
        (staged(java_at=JAVA + timedelta(hours=1)), JAVA),
        (staged(papua_at=JAVA), JAVA + timedelta(seconds=1)),
        (staged(papua_at=PAPUA + timedelta(hours=1)), PAPUA),
        (staged(rest_at=None), JAVA),
        (staged(rest_at=REST + timedelta(hours=1)), REST),
        (PLAN, JAVA),
    ],
    ids=["open", "into the past", "just open", "dropped", "rest open", "all dropped"],
)
def test_nothing_of_the_stages_of_an_open_wave_is_taken_back(keyring, plan, now):
    begin(staged())
    with pytest.raises(rules.StagesRewritten) as refused:
        programme.load(
            text=programme_text().replace(PLAN, plan), now=now, actor="cli:test", real_now=REAL
        )
    assert "PKJ-2020-W01" in refused.value.text.id


def test_areas_that_wait_still_can_be_moved_while_the_wave_is_open(keyring):
    begin(staged())
    sooner, later = PAPUA - timedelta(minutes=5), REST + timedelta(hours=1)
    programme.load(
        text=programme_text().replace(PLAN, staged(papua_at=sooner, rest_at=later)),
        now=sooner - timedelta(seconds=1), actor="cli:test", real_now=REAL,
    )  # fmt: skip
    assert [each.opens_at for each in programmes.stages(subject=WAVE)] == [JAVA, sooner, later]


@pytest.mark.parametrize(
    ("plan", "path", "word"),
    [
        (staged(java="31.74"), "waves.plan[0].stages[0].areas", "31.74"),
        (staged(java="92"), "waves.plan[0].stages", "92"),
        (staged(java_at=CLOSES), "waves.plan[0].stages[0].opens_at", "ditutup"),
        (PLAN.replace(" }", f", rest_opens_at = {REST.isoformat()} }}"),
         "waves.plan[0].rest_opens_at", "stages"),
    ],
)  # fmt: skip
def test_stages_that_cannot_be_kept_are_mistakes(plan, path, word):
    checked = rules.check(programme_text().replace(PLAN, plan))
    found = {each.key_path: each.message.id for each in checked.problems if not each.is_warning}
    assert checked.programme is None
    assert word in found[path]


def test_a_stage_before_its_wave_is_a_warning():
    plan = staged(java_at=OPENS - timedelta(hours=1))
    checked = rules.check(programme_text().replace(PLAN, plan))
    assert checked.programme is not None
    assert [each.key_path for each in checked.problems if "stages" in each.key_path] == [
        "waves.plan[0].stages[0].opens_at"
    ]


HOURS = st.integers(min_value=-2, max_value=110)


@settings(max_examples=12, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(
    java=HOURS, papua=HOURS, rest=HOURS,
    people=st.lists(
        st.tuples(st.sampled_from(["31", "32", "91", "11", "53"]), HOURS), min_size=1, max_size=40
    ),
)  # fmt: skip
def test_nobody_joins_before_their_stage(keyring, java, papua, rest, people):
    plan = staged(java_at=_hour(java), papua_at=_hour(papua), rest_at=_hour(rest))
    load(changes=[(PLAN, plan), ("# ", f"# {uuid4()} ")])  # a version of its own, before it opens
    crowd = [Someone(area=area) for area, _ in people]
    add(keyring, crowd)
    for someone, (_, hour) in zip(crowd, people, strict=True):
        ask([someone], at=_hour(hour))
    enter_all(keyring)
    opens = {"31": java, "32": java, "91": papua}
    for someone, (area, hour) in zip(crowd, people, strict=True):
        entry = queries.entry_of(person_id=someone.person_id, wave_id=WAVE)
        is_in = _hour(hour) >= max(OPENS, _hour(opens.get(area, rest)))
        assert (entry.state == "joined") is is_in


def _hour(number):
    return OPENS + timedelta(hours=number)
