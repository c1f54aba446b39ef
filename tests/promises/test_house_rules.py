"""The house rules hold in every file, and each of them can be broken."""

import ast
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

import pytest
from tests.promises import house_rules as rules

from gelombang.cli.places import clone

SOURCE = clone() / "src" / "gelombang"
TREE_RULES = (
    rules.writes_outside_actions,
    rules.clock_reads_inside,
    rules.floats_near_money,
    rules.requests_inside,
    rules.bare_verbs,
)


def _files(pattern: str) -> Iterator[tuple[PurePosixPath, str]]:
    for path in sorted(SOURCE.rglob(pattern)):
        place = PurePosixPath(path.relative_to(SOURCE).as_posix())
        if "migrations" not in place.parts:
            yield place, path.read_text(encoding="utf-8")


@pytest.mark.parametrize("rule", TREE_RULES)
def test_every_file_keeps_the_rule(rule):
    found = [each for place, text in _files("*.py") for each in rule(ast.parse(text), place)]
    assert found == [], rule.__doc__


def test_no_function_and_no_file_is_too_long():
    found = [
        each
        for place, text in _files("*.py")
        for each in rules.too_long(ast.parse(text), place, lines=text.count("\n"))
    ]
    assert found == []


def test_sql_never_reads_the_clock():
    found = [
        each
        for place, text in _files("*.sql")
        if place.parts[0] != "auditor"
        for each in rules.now_in_sql(text, place)
    ]
    assert found == []


def _broken(rule: Callable[..., Iterator[str]], place: str, text: str) -> list[str]:
    return list(rule(ast.parse(text), PurePosixPath(place)))


@pytest.mark.parametrize(
    ("rule", "place", "text"),
    [
        (rules.writes_outside_actions, "web/x.py", "Wave.objects.create(id=1)"),
        (rules.writes_outside_actions, "journey/waves/queries.py", "wave.save()"),
        (rules.writes_outside_actions, "jobs/x.py", "Wave.objects.filter(id=1).update(x=1)"),
        (rules.writes_outside_actions, "web/x.py", "rows.exclude(id=1).delete()"),
        (rules.writes_outside_actions, "records/people/rules.py", "P.objects.bulk_create(x)"),
        (rules.clock_reads_inside, "journey/waves/actions.py", "timezone.now()"),
        (rules.clock_reads_inside, "records/people/queries.py", "datetime.now(UTC)"),
        (rules.clock_reads_inside, "journey/waves/rules.py", "clock.real_now()"),
        (rules.clock_reads_inside, "gateways/education/client.py", "time.time()"),
        (rules.floats_near_money, "records/ledger/rules.py", "share = total / 3"),
        (rules.floats_near_money, "kit/money.py", "def f(x: float): ..."),
        (rules.floats_near_money, "journey/selection/rules.py", "amount = 0.5 * x"),
        (rules.floats_near_money, "journey/selection/actions.py", "def f(amount: float): ..."),
        (rules.floats_near_money, "journey/selection/models.py", "x = models.FloatField()"),
        (rules.requests_inside, "journey/waves/actions.py", "def enter(*, request): ..."),
        (rules.bare_verbs, "journey/waves/actions.py", "def enter(*, now): return 1"),
        (rules.bare_verbs, "journey/waves/queries.py", 'def waves(now):\n    """All."""'),
        (rules.bare_verbs, "journey/waves/actions/x.py", 'def close(now):\n    """Close."""'),
    ],
)
def test_a_broken_rule_is_seen(rule, place, text):
    assert len(_broken(rule, place, text)) == 1


@pytest.mark.parametrize(
    ("rule", "place", "text"),
    [
        (rules.writes_outside_actions, "journey/waves/actions.py", "Wave.objects.create(id=1)"),
        (rules.writes_outside_actions, "web/x.py", "context.update(a=1)"),
        (rules.writes_outside_actions, "web/x.py", "request.session.save()"),
        (rules.clock_reads_inside, "web/x.py", "clock.now()"),
        (rules.clock_reads_inside, "gateways/education/fake.py", "clock.now()"),
        (rules.floats_near_money, "journey/selection/rules.py", "amount = total // 3"),
        (rules.floats_near_money, "web/x.py", "share = part / whole"),
        (rules.bare_verbs, "journey/waves/actions.py", "def _enter(now): return 1"),
    ],
)
def test_an_innocent_line_is_left_alone(rule, place, text):
    assert _broken(rule, place, text) == []


def test_a_long_function_and_a_long_file_are_seen():
    text = "def f():\n" + "    x = 1\n" * 80
    place = PurePosixPath("kit/x.py")
    assert len(list(rules.too_long(ast.parse(text), place, lines=401))) == 2


@pytest.mark.parametrize("line", ["SELECT now ()", "WHERE at < CURRENT_TIMESTAMP"])
def test_a_clock_read_in_sql_is_seen(line):
    assert len(list(rules.now_in_sql(line, PurePosixPath("x.sql")))) == 1
    assert list(rules.now_in_sql(f"SELECT 1 -- {line}", PurePosixPath("x.sql"))) == []
