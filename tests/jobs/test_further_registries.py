"""The employment insurer and the exclusion lists are asked where the programme names them."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.jobs import test_verification as towns
from tests.jobs.test_verification import Town, civil_record, served
from tests.journey.verification.world import NOW, REAL, register, somebody, state

from gelombang import store
from gelombang.cli.places import clone
from gelombang.gateways.employment.fake import NEWS_PATH
from gelombang.jobs import rechecks, verification as jobs
from gelombang.journey.verification import queries
from gelombang.records.programme import actions as programme

pytestmark = pytest.mark.usefixtures("database_url")
TEXT = (clone() / "programmes" / "prakerja-2020.toml").read_text(encoding="utf-8")
PARTNERS = """
[[partners]]
code = "employment"
name = "BPJS Ketenagakerjaan"
calls_per_second = 100
burst = 5
batch_size = 50

[[partners]]
code = "exclusions"
name = "Daftar pengecualian"
calls_per_second = 100
burst = 5
batch_size = 50
"""
FAKES = ("dukcapil", "pendidikan", "bansos", "bpjstk", "pengecualian")


class LargerTown(Town):
    """The town with two registries more."""

    def context(self):
        found = super().context()
        urls = {
            "employment_url": f"{self.url}/bpjstk", "exclusions_url": f"{self.url}/pengecualian",
        }  # fmt: skip
        return replace(found, environment=found.environment.model_copy(update=urls))


@pytest.fixture
def town(tmp_path, monkeypatch) -> Iterator[LargerTown]:
    monkeypatch.setattr(towns, "NAMES", FAKES)
    monkeypatch.setattr(jobs, "CONTRACT_SECONDS", 0.0)
    lines = towns.lines_here(jobs.LINES)
    with served(tmp_path) as url:
        try:
            yield LargerTown(url, lines)
        finally:
            for line in lines:
                line.close()


def load(text: str) -> None:
    programme.load(text=text, actor="cli:test", now=NOW - timedelta(days=3), real_now=REAL)


def seed(town: Town, fake: str, record: dict) -> None:
    town.call("POST", f"/{fake}/_admin/people", data=json.dumps(record))


def move_in(town: Town, keyring) -> dict[str, object]:
    """A worker, a soldier and somebody of whom neither registry knows anything."""
    people = {}
    for number, who in enumerate(("worker", "soldier", "neither")):
        stated = somebody(number)
        people[who] = register(keyring, f"{who}@example.id")
        state(keyring, people[who], stated)
        seed(town, "dukcapil", civil_record(stated))
        if who == "worker":
            seed(town, "bpjstk", {
                "nik": stated.nik, "name": stated.name, "sex": stated.sex,
                "birth_date": stated.birth_date.isoformat(), "monthly_wage": 3_900_000,
                "membership": "active",
            })  # fmt: skip
        if who == "soldier":
            seed(town, "pengecualian", {"nik": stated.nik, "lists": ["TNI"]})
    return people


def facts() -> dict[object, tuple]:
    rows = store.fetch("SELECT * FROM verification_facts")
    return {
        row["person_id"]: (row["employed_verdict"], row["excluded_verdict"], row["excluded_code"])
        for row in rows
    }


def test_they_are_asked_attested_and_seen_by_later_steps(town, keyring):
    load(TEXT + PARTNERS)
    people = move_in(town, keyring)
    town.run_until_answered()
    assert {who: facts()[person] for who, person in people.items()} == {
        "worker": ("fact", "no_fact", "on_no_list"),
        "soldier": ("no_fact", "fact", "on_tni"),
        "neither": ("no_fact", "no_fact", "on_no_list"),
    }
    meters = town.call("GET", "/_admin/meter")
    assert [meters[name]["records"] for name in FAKES] == [3] * 5
    sources = store.fetch("SELECT DISTINCT source FROM verification_attestation")
    assert {"BPJS Ketenagakerjaan", "Daftar pengecualian"} <= {row["source"] for row in sources}


def test_a_list_that_is_not_current_lets_nobody_through(town, keyring):
    load(TEXT + PARTNERS)
    people = move_in(town, keyring)
    town.call("PUT", "/pengecualian/_admin/unavailable", json={"lists": ["POLRI"]})
    town.run(15)
    assert facts()[people["neither"]][1] is None
    assert facts()[people["soldier"]][1] == "fact"
    town.call("PUT", "/pengecualian/_admin/unavailable", json={"lists": []})
    town.run_until_answered()
    assert facts()[people["neither"]][1] == "no_fact"


def test_a_programme_without_them_goes_on_as_before(town, keyring):
    load(TEXT)
    people = move_in(town, keyring)
    town.run_until_answered()
    assert set(facts().values()) == {(None, None, None)}
    assert len(people) == 3
    assert set(queries.backlog_by_kind()) == {"civil_registry", "education", "social_aid"}
    meters = town.call("GET", "/_admin/meter")
    assert meters["bpjstk"]["calls"] == meters["pengecualian"]["calls"] == 0


def tell(town: Town, house: str, nik: str) -> dict:
    """The insurer ends an employment and sends the news to the house."""
    lost = {"nik": nik, "end_reason": "PHK", "end_date": "2020-04-12", "url": house + NEWS_PATH}
    return town.call("POST", "/bpjstk/_admin/notify", json=lost)


def test_news_of_lost_work_renews_the_fact_by_an_ordinary_question(town, keyring, live_server):
    load(TEXT + PARTNERS)
    people = move_in(town, keyring)
    stranger = somebody(8)
    seed(town, "bpjstk", {
        "nik": stranger.nik, "name": stranger.name, "sex": stranger.sex, "membership": "active",
        "birth_date": stranger.birth_date.isoformat(), "monthly_wage": 3_900_000,
    })  # fmt: skip
    town.run_until_answered()
    assert facts()[people["worker"]][0] == "fact"
    for nik in (stranger.nik, somebody(0).nik, somebody(0).nik):
        told = tell(town, live_server.url, nik)
        assert (told["status"], told["answer"]["message"]["ack_status"]) == (200, "ACK")
    assert facts()[people["worker"]][0] == "fact", "news alone is no verdict"
    assert [rechecks.heed_news(town.context()) for _ in range(2)] == [1, 0]
    town.run_until_answered()
    assert facts()[people["worker"]][0] == "no_fact"
    assert facts()[people["soldier"]][0] == "no_fact"
    assert town.call("GET", "/_admin/meter")["bpjstk"]["records"] == len(people) + 1
    rows = store.fetch(
        "SELECT verdict FROM verification_attestation WHERE kind = 'employment' "
        "AND identity_id = (SELECT id FROM verification_identity WHERE person_id = %s) ORDER BY id",
        [people["worker"]],
    )
    assert [row["verdict"] for row in rows] == ["fact", "no_fact"], "both answers are kept"
