"""Who was verified before the programme named a registry is asked about once it does."""

import threading
from datetime import timedelta

import pytest
from tests.journey.selection.world import DURING, FURTHER_RULES, REAL, Someone, add, load

from gelombang.jobs.catching_up import SETTLING, CatchingUp
from gelombang.jobs.loop import Context
from gelombang.journey.verification import actions
from gelombang.journey.verification.models import Check
from gelombang.journey.verification.rules import CheckKind
from gelombang.settings.environment import load as load_environment

pytestmark = pytest.mark.usefixtures("database_url")


@pytest.fixture
def context(keyring):
    environment = load_environment()

    def at(later: timedelta) -> Context:
        return Context(
            DURING, REAL + later, keyring, environment.base_url, environment,
            stop=threading.Event(),
        )  # fmt: skip

    return at


def asked() -> list[tuple[object, str]]:
    return sorted(Check.objects.values_list("identity__person_id", "kind"), key=str)


def test_they_are_asked_about_once_and_pending_people_are_not(keyring, context):
    load(changes=[FURTHER_RULES])
    known, other, pending = Someone(), Someone(), Someone(state="pending")
    add(keyring, [known, other, pending])
    sweep = CatchingUp()
    assert sweep(context(timedelta())) == 0, "verdicts of this moment are recorded without it"
    assert asked() == []
    assert sweep(context(SETTLING)) == 1
    assert sweep(context(SETTLING)) == 0
    assert CatchingUp()(context(SETTLING)) == 0
    found = asked()
    assert found == sorted(
        (
            (each.person_id, kind)
            for each in (known, other)
            for kind in ("employment", "exclusions")
        ),
        key=str,
    )
    # A worker that begins anew goes through them again and asks nobody twice.
    both = [CheckKind.EMPLOYMENT, CheckKind.EXCLUSIONS]
    last = actions.ask_further(kinds=both, after=0, real_now=REAL, limit=1)
    assert actions.ask_further(kinds=both, after=last, real_now=REAL) > last
    assert asked() == found


def test_a_programme_that_names_neither_asks_nobody(keyring, context):
    load()
    add(keyring, [Someone()])
    sweep = CatchingUp()
    assert [sweep(context(later)) for later in (timedelta(), SETTLING)] == [0, 0]
    assert asked() == []
