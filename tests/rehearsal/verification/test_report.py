"""Every limit is one: a figure beyond it makes the rehearsal end with 1."""

import asyncio
import json
from collections import Counter
from dataclasses import replace

import pytest
from aiohttp import ClientSession
from rich.console import Console
from tests.gateways.invented_people import SITI, registry, registry_client, stated
from tests.gateways.serving import serving

from gelombang.rehearsal.proof import Audit
from gelombang.rehearsal.verification.fakes import Fakes, metered
from gelombang.rehearsal.verification.pace import Use
from gelombang.rehearsal.verification.report import (
    Mail,
    PartnerFigures,
    Unpaced,
    VerificationResult,
    partners_table,
    table,
)
from gelombang.rehearsal.verification.truth import Judged

KEYS = (
    "citizen_errors", "overruns", "contract_used_percent", "extra_calls_percent", "lost",
    "asked_twice", "wrong_facts", "unpaced_checks_per_second", "mails_per_second",
)  # fmt: skip


def partner(
    code: str = "education", *, calls: int = 100, used: int = 97, **meter
) -> PartnerFigures:
    counted = {"calls": calls, "barren": 0, "overruns": 0, "bunched": 0, "asked_twice": 0, **meter}
    return PartnerFigures(code, 10, 1, Use(used, 100.0, 10.0), counted)


@pytest.fixture
def clean() -> VerificationResult:
    return VerificationResult(
        people=200, citizen_errors=0, first_error="", looks=100, untold=0,
        partners=(partner("civil_registry"), partner()),
        judged=Judged(compared=500), lost_receipts=0, unpaced=Unpaced(3_000, 1.5),
        audit=Audit(98, 0, 0, ""), worker_megabytes=(120.0, 110.0),
        mail=Mail(2_000.0, 1_000, 1_000, 0, 5, 5),
    )  # fmt: skip


def test_a_clean_result_has_every_agreed_key_and_no_complaint(clean):
    document = json.loads(json.dumps(clean.as_json()))
    assert [document[key] for key in KEYS] == [0, 0, 97.0, 0.0, 0, 0, 0, 2_000.0, 2_000.0]
    assert document["audit"]["violations"] == 0
    assert set(document["partners"]) == {"civil_registry", "education"}
    assert clean.complaints() == []


@pytest.mark.parametrize(
    ("planted", "key", "value"),
    [
        ({"citizen_errors": 1}, "citizen_errors", 1),
        ({"partners": (partner(overruns=2),)}, "overruns", 2),
        ({"partners": (partner(), partner("x", used=94))}, "contract_used_percent", 94.0),
        ({"partners": (partner(), partner("x", barren=6))}, "extra_calls_percent", 6.0),
        ({"partners": (partner(asked_twice=1),)}, "asked_twice", 1),
        ({"unpaced": Unpaced(3_000, 1.5, {"x": {"asked_twice": 3}})}, "asked_twice", 3),
        ({"judged": Judged(lost=1)}, "lost", 1),
        ({"lost_receipts": 2}, "lost", 2),
        ({"judged": Judged(wrong=Counter(state=4))}, "wrong_facts", 4),
        ({"unpaced": Unpaced(1_000, 1.0)}, "unpaced_checks_per_second", 1_000.0),
        ({"mail": Mail(700.0, 9, 9, 0, 0, 0)}, "mails_per_second", 700.0),
        ({"audit": Audit(98, 1, 0, "x")}, "audit", {"invariants": 98, "violations": 1}),
    ],
)
def test_each_figure_beyond_its_limit_is_told_and_complained_about(clean, planted, key, value):
    found = replace(clean, **planted)
    assert found.as_json()[key] == value
    assert len(found.complaints()) == 1


@pytest.mark.parametrize(
    "planted",
    [
        {"untold": 1},
        {"worker_megabytes": (300.0,)},
        {"mail": Mail(900.0, 10, 9, 0, 5, 5)},
        {"mail": Mail(900.0, 10, 10, 1, 5, 5)},
        {"mail": Mail(900.0, 10, 10, 0, 5, 4)},
        {"partners": ()},
    ],
)
def test_what_has_no_key_of_its_own_is_complained_about_too(clean, planted):
    assert replace(clean, **planted).complaints()


def test_a_contract_that_was_never_busy_is_not_called_used(clean):
    idle = replace(partner(), use=Use())
    assert replace(clean, partners=(partner(), idle)).contract_used_percent == 0.0


async def test_calls_beyond_a_contract_show_as_overruns(clean, tmp_path):
    fake = registry(tmp_path)
    async with serving(fake.application()) as address, ClientSession() as session:
        fakes = Fakes.at({"civil_registry": int(address.rpartition(":")[2])}, paths={})
        await fakes.follow(metered({}, {"civil_registry": 8}))
        client = registry_client(session, address)
        await asyncio.gather(*(client.compare(stated(SITI)) for _ in range(20)))
        reading = await fakes.reading("civil_registry")
        await fakes.close()
    found = replace(clean, partners=(replace(partner(), meter=reading),))
    assert found.overruns > 0
    assert found.overruns + found.bunched == 20 - 9, "eight and one burst"
    assert found.asked_twice > 0
    assert found.extra_calls_percent == 95.0, "one of the twenty told something new"
    assert any("beyond a contract" in words for words in found.complaints())


def test_the_sheet_shows_every_limit(clean):
    console = Console(record=True, width=120)
    console.print(table(clean))
    console.print(partners_table(clean))
    shown = console.export_text()
    for words in ("at least 95 %", "at most 5 %", "1,500, aim 3,000", "800, aim 2,000", "97.0 %"):
        assert words in shown
