"""A draw from the close of a wave to letters in the outbox, and what may go wrong on the way."""

import json
import subprocess
import sys
from datetime import date, timedelta
from hashlib import sha256

import pytest
from django.db import Error, connection
from tests.journey.selection import world
from tests.journey.selection.world import AFTER, CLOSES, LATER_REAL, REAL, WAVE, Someone

from gelombang.cli.places import clone
from gelombang.cli.selection import is_conserved
from gelombang.gateways.randomness.invented import CHAIN
from gelombang.journey.selection import actions, drawing, queries, rules
from gelombang.journey.waves import queries as waves
from gelombang.kit.indexing import blind_index
from gelombang.records.ledger import queries as ledger
from gelombang.records.notices.rules import open_letter
from gelombang.records.people import actions as people
from gelombang.records.programme.rules import FINISH

pytestmark = pytest.mark.usefixtures("database_url")
VERIFIER = clone() / "tools" / "verify_draw.py"


def rows(sql: str, *params) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def verdict(directory) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, VERIFIER, directory], capture_output=True, text=True,
                          check=False, timeout=60)  # fmt: skip


def crowd() -> dict[str, Someone]:
    """People of whom each rule refuses somebody, by the rule."""
    eighteen_that_day = date(2002, 4, 16)
    return {
        "eligible": Someone(birth_date=eighteen_that_day),
        "age_at_close": Someone(birth_date=eighteen_that_day + timedelta(days=1)),
        "not_enrolled": Someone(enrolled="fact"),
        "once_in_a_lifetime": Someone(),
        "ranks_later": Someone(social_aid="fact"),
    }


def bar(keyring, someone: Someone) -> None:
    from gelombang import store

    index = blind_index(keyring, someone.nik, purpose="lifetime")
    with store.transaction():
        people.claim_lifetime(claims=[(index, f"import:{'a' * 64}:1")], now=AFTER)


def test_the_whole_way_of_a_draw(keyring, tmp_path):
    world.load(quota=3)
    known = crowd()
    others = [Someone(area="35", language="en") for _ in range(6)]
    world.join(keyring, [*known.values(), *others])
    bar(keyring, known["once_in_a_lifetime"])
    world.close()
    frozen = world.freeze(keyring)
    assert (frozen.state, frozen.candidates) == ("frozen", 8)
    assert queries.refused_by_rule(wave_id=WAVE) == {
        "age_at_close": 1,
        "not_enrolled": 1,
        "once_in_a_lifetime": 1,
    }
    assert frozen.beacon_at - frozen.published_at >= timedelta(hours=1)
    assert queries.result_of(person_id=known["eligible"].person_id, wave_id=WAVE).outcome == ""

    assert world.draw()
    assert not world.draw()
    assert world.award_all(keyring, limit=3) == 5
    view = queries.draw_of(wave_id=WAVE)
    assert view.state == "awarded"
    assert queries.counts(wave_id=WAVE) == {
        "entries": 11,
        "eligible": 8,
        "selected": 3,
        "waiting": 5,
        "withheld": 0,
    }
    cells = queries.conservation(wave_id=WAVE)
    assert all(is_conserved(cell) for cell in cells)
    assert sum(cell["open_awards"] for cell in cells) == 3
    assert ledger.left_to_promise(programme="PKJ-2020", funder="apbn") == (
        20_000_000_000_000 - 3 * 3_550_000
    )
    assert rows("SELECT count(*) FROM people_lifetimeclaim WHERE basis LIKE 'award:%%'") == [(3,)]

    actions.publish(wave_id=WAVE, publications=tmp_path, real_now=LATER_REAL)
    answer = verdict(tmp_path / WAVE)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "8 candidates, 3 selected" in answer.stdout


def test_everybody_is_told_with_the_reason_and_in_their_language(keyring):
    world.load(quota=1)
    known = crowd()
    known["waiting"] = Someone(language="en")
    known["waiting_too"] = Someone(language="en")
    world.join(keyring, list(known.values()))
    bar(keyring, known["once_in_a_lifetime"])
    world.close()
    world.freeze(keyring)
    world.draw()
    world.award_all(keyring)
    letters = {
        person: open_letter(keyring, bytes(sealed))
        for person, sealed in rows(
            "SELECT person_id, letter_sealed FROM notices_notice WHERE kind LIKE 'selection.%%'"
            " AND person_id IS NOT NULL"
        )
    }
    assert set(letters) == {each.person_id for each in known.values()}
    young = letters[known["age_at_close"].person_id].body
    assert "Umur Anda 17 tahun pada 16 April 2020" in young
    assert "18 tahun" in young
    assert "Dukcapil" in young
    assert "Pusdatin" in letters[known["not_enrolled"].person_id].body
    assert "sekali seumur hidup" in letters[known["once_in_a_lifetime"].person_id].body
    english = letters[known["waiting"].person_id]
    assert english.subject.startswith(("Not selected yet", "You were selected"))
    for each in known.values():
        result = queries.result_of(person_id=each.person_id, wave_id=WAVE)
        assert result.ticket in letters[each.person_id].body


def test_the_reason_names_rule_version_fact_source_and_date(keyring):
    world.load(quota=3)
    known = crowd()
    world.join(keyring, list(known.values()))
    world.close()
    world.freeze(keyring)
    result = queries.result_of(person_id=known["age_at_close"].person_id, wave_id=WAVE)
    assert not result.eligible
    assert list(result.reasons) == [
        {
            "rule": "age_at_close",
            "version": 1,
            "fact": "age:17",
            "source": "Dukcapil",
            "date": "2020-04-16",
        }
    ]
    later = queries.result_of(person_id=known["ranks_later"].person_id, wave_id=WAVE)
    assert (later.eligible, later.tier) == (True, "T2")
    assert queries.social_aid_of(person_id=known["ranks_later"].person_id).source == "DTKS"


def test_all_rules_that_refuse_are_told_at_once(keyring):
    world.load()
    someone = Someone(birth_date=date(2003, 1, 1), enrolled="fact")
    world.join(keyring, [someone])
    world.close()
    world.freeze(keyring)
    result = queries.result_of(person_id=someone.person_id, wave_id=WAVE)
    assert [reason["rule"] for reason in result.reasons] == ["age_at_close", "not_enrolled"]


def test_a_later_dispute_is_told_as_a_new_check(keyring):
    world.load()
    someone = Someone()
    world.join(keyring, [someone])
    rows("UPDATE verification_identity SET state = 'disputed' RETURNING id")
    world.close()
    world.freeze(keyring)
    result = queries.result_of(person_id=someone.person_id, wave_id=WAVE)
    assert [reason["rule"] for reason in result.reasons] == ["identity_verified"]


@pytest.mark.parametrize("missing", ["enrolled", "social_aid"])
def test_the_freeze_waits_for_a_registry_that_has_not_answered(keyring, missing):
    world.load()
    someone = Someone(**{missing: None})
    world.join(keyring, [someone])
    world.close()
    actions.request_freeze(wave_id=WAVE, actor="staff:a", now=AFTER, real_now=LATER_REAL)
    wait = queries.freeze_wait(wave_id=WAVE, now=AFTER, real_now=LATER_REAL)
    assert (wait.open_checks, wait.is_over) == (1, False)
    step = {"wave_id": WAVE, "keyring": keyring, "now": AFTER, "real_now": LATER_REAL}
    assert actions.assess(**step) == 0
    assert not actions.commit(chain=CHAIN, witnesses=(), base_url="", **step)


def test_employees_and_who_stands_on_an_exclusion_list_are_refused_where_the_programme_says_so(
    keyring,
):
    known = {"employed": "no_fact", "excluded": "no_fact"}
    worker = Someone(**known | {"employed": "fact"})
    soldier = Someone(**known | {"excluded": "fact"}, language="en")
    both = Someone(employed="fact", excluded="fact")
    neither = Someone(**known)
    world.load(changes=[world.FURTHER_RULES])
    world.join(keyring, [worker, soldier, both, neither])
    world.close()
    assert world.freeze(keyring).candidates == 1
    found = {each: queries.result_of(person_id=each.person_id, wave_id=WAVE).reasons
             for each in (worker, soldier, both, neither)}  # fmt: skip
    assert {each: [reason["rule"] for reason in reasons] for each, reasons in found.items()} == {
        worker: ["not_employed"],
        soldier: ["not_excluded"],
        both: ["not_employed", "not_excluded"],
        neither: [],
    }
    assert rules.sentence_of(found[worker][0], years=18).id == (
        "Menurut BPJS Ketenagakerjaan pada 11 April 2020, Anda terdaftar sebagai pekerja aktif."
    )
    assert rules.sentence_of(found[soldier][0], years=18).en == (
        "According to Daftar pengecualian on 11 April 2020, you are listed as a member of the "
        "armed forces (TNI); this programme is not for them."
    )


def test_a_programme_without_these_rules_draws_them_like_everybody(keyring):
    world.load()
    people = [Someone(employed="fact", excluded="fact"), Someone()]
    world.join(keyring, people)
    world.close()
    assert world.freeze(keyring).candidates == 2


@pytest.mark.parametrize("missing", ["employed", "excluded"])
def test_the_freeze_waits_for_a_further_registry_where_a_rule_needs_it(keyring, missing):
    world.load(changes=[world.FURTHER_RULES])
    world.join(keyring, [Someone(**{"employed": "no_fact", "excluded": "no_fact", missing: None})])
    world.close()
    wait = queries.freeze_wait(wave_id=WAVE, now=AFTER, real_now=LATER_REAL)
    assert (wait.open_checks, wait.is_over) == (1, False)


def test_the_freeze_waits_until_the_intake_has_drained(keyring):
    world.load()
    someone, late = Someone(), Someone()
    world.join(keyring, [someone])
    world.add(keyring, [late])
    world.ask([late], at=CLOSES - timedelta(microseconds=1))
    world.close()
    wait = queries.freeze_wait(wave_id=WAVE, now=AFTER, real_now=REAL + timedelta(seconds=9))
    assert (wait.drains, wait.entry_requests, wait.is_over) == (True, 1, False)
    world.enter_all(keyring, now=AFTER)
    drained = {"wave_id": WAVE, "real_now": REAL + timedelta(seconds=10)}
    assert queries.freeze_wait(now=AFTER, **drained).is_over
    early = queries.freeze_wait(now=CLOSES + FINISH - timedelta(microseconds=1), **drained)
    assert (early.finishes, early.is_over) == (True, False)
    assert queries.freeze_wait(now=CLOSES + FINISH, **drained).is_over
    assert world.freeze(keyring).candidates == 2


def test_there_is_one_freeze_and_it_comes_after_the_close(keyring):
    world.load()
    ask = {"wave_id": WAVE, "actor": "staff:a", "now": AFTER, "real_now": LATER_REAL}
    with pytest.raises(rules.WaveNotClosed):
        actions.request_freeze(**ask)
    with pytest.raises(rules.NotFrozen):
        actions.request_draw(**ask)
    world.close()
    actions.request_freeze(**ask)
    with pytest.raises(rules.AlreadyFrozen):
        actions.request_freeze(**ask)
    with pytest.raises(rules.NotFrozen):
        actions.request_draw(**ask)
    with pytest.raises(rules.NotStopped):
        actions.resume_awards(**ask)


def test_witnesses_and_the_audit_trail_get_the_digests_before_the_round(keyring):
    world.load()
    world.join(keyring, [Someone() for _ in range(3)])
    world.close()
    frozen = world.freeze(keyring)
    sealed = rows("SELECT letter_sealed FROM notices_notice WHERE kind = 'selection.commitment'")
    assert len(sealed) == 2
    body = open_letter(keyring, bytes(sealed[0][0])).body
    assert frozen.list_sha256 in body
    assert str(frozen.beacon_round) in body
    ((detail,),) = rows("SELECT detail FROM audit_entry WHERE action = 'selection.commit'")
    assert json.loads(detail)["merkle_root"] == frozen.merkle_root


def test_the_draw_happens_only_with_the_committed_round(keyring):
    world.load()
    world.join(keyring, [Someone()])
    world.close()
    frozen = world.freeze(keyring)
    actions.request_draw(wave_id=WAVE, actor="staff:a", now=AFTER, real_now=LATER_REAL)
    wrong = {"randomness": "ab" * 32, "signature": "cd" * 48, "now": AFTER, "real_now": LATER_REAL}
    assert not actions.draw(wave_id=WAVE, chain=CHAIN.hash, number=frozen.beacon_round + 1, **wrong)
    assert not actions.draw(wave_id=WAVE, chain="ff" * 32, number=frozen.beacon_round, **wrong)
    assert queries.draw_of(wave_id=WAVE).state == "frozen"


@pytest.mark.parametrize(
    "change",
    [
        "list_sha256 = 'x'", "rules_file = '{}'", "beacon_round = 1", "merkle_root = 'x'",
        "published_at = published_at - interval '1 day'", "commitment_file = ''",
        "randomness = 'x'", "cutoffs_file = '{}'",
    ],
)  # fmt: skip
def test_what_was_committed_cannot_be_changed(keyring, change):
    world.load()
    world.join(keyring, [Someone()])
    world.close()
    world.freeze(keyring)
    world.draw()
    with pytest.raises(Error, match="committed draw"):
        rows(f"UPDATE selection_draw SET {change} RETURNING id")


def test_a_round_that_cannot_be_had_for_a_day_voids_the_wave_in_public(keyring):
    world.load()
    world.join(keyring, [Someone()])
    world.close()
    frozen = world.freeze(keyring)
    actions.request_draw(wave_id=WAVE, actor="staff:a", now=AFTER, real_now=LATER_REAL)

    def note(hours: float, seconds: int) -> bool:
        return actions.note_missing_round(
            wave_id=WAVE, reason="Outage", now=frozen.beacon_at + timedelta(hours=hours),
            real_now=LATER_REAL + timedelta(seconds=seconds),
        )  # fmt: skip

    assert not note(25, 0), "the clock jumped; nobody tried long enough"
    assert not note(23.9, 61)
    assert note(24, 61)
    assert queries.draw_of(wave_id=WAVE).state == "void"
    assert [each.wave_id for each in queries.void_draws()] == [WAVE]
    assert not world_draw_is_possible(frozen)


def world_draw_is_possible(frozen) -> bool:
    return actions.draw(
        wave_id=WAVE, chain=CHAIN.hash, number=frozen.beacon_round, randomness="00" * 32,
        signature="00" * 48, now=frozen.beacon_at, real_now=LATER_REAL,
    )  # fmt: skip


def test_a_budget_that_does_not_suffice_stops_awarding_by_name(keyring):
    world.load(quota=5, budget=2 * 3_550_000)
    world.join(keyring, [Someone() for _ in range(9)])
    world.close()
    world.freeze(keyring)
    world.draw()
    world.award_all(keyring, limit=3)
    view = queries.draw_of(wave_id=WAVE)
    assert (view.state, view.stopped_reason) == ("drawn", "balance-too-low")
    awards = rows("SELECT count(*) FROM selection_award")[0][0]
    assert awards <= 2
    assert awards == rows("SELECT count(*) FROM people_lifetimeclaim")[0][0]
    assert ledger.left_to_promise(programme="PKJ-2020", funder="apbn") == (2 - awards) * 3_550_000
    raise_budget(REAL)
    actions.resume_awards(wave_id=WAVE, actor="staff:a", now=AFTER, real_now=LATER_REAL)
    world.award_all(keyring, limit=3)
    assert queries.draw_of(wave_id=WAVE).state == "awarded"
    assert rows("SELECT count(*) FROM selection_award") == [(5,)]
    assert rows("SELECT count(*) FROM notices_notice WHERE key LIKE 'selection.result:%%'") == [
        (9,)
    ]


def raise_budget(real_now) -> None:
    from gelombang.records.ledger import actions as books
    from gelombang.records.programme import actions as programme

    text = world.programme_text(quota=5, budget=2 * 3_550_000)
    third = (
        '[[budgets]]\nfunder = "apbn"\nversion = 3\namount = 99_000_000\n'
        'effective_on = 2020-04-16\nreason = "dinaikkan"\n'
    )
    programme.load(text=text.replace("# Every announced", third + "\n# Every announced"),
                   actor="cli:test", now=AFTER, real_now=real_now)  # fmt: skip
    books.take_budgets(actor="cli:test", now=AFTER, real_now=real_now)


def test_a_winner_who_was_barred_meanwhile_gets_no_award_and_the_place_stays_empty(keyring):
    world.load(quota=3)
    everybody = [Someone() for _ in range(3)]
    world.join(keyring, everybody)
    world.close()
    world.freeze(keyring)
    world.draw()
    bar(keyring, everybody[0])
    world.award_all(keyring)
    result = queries.result_of(person_id=everybody[0].person_id, wave_id=WAVE)
    assert (result.withheld, result.award) == ("once_in_a_lifetime", None)
    assert rows("SELECT count(*) FROM selection_award") == [(2,)]
    cells = queries.conservation(wave_id=WAVE)
    assert sum(cell["empty_places"] for cell in cells) == 1
    assert all(is_conserved(cell) for cell in cells)


def test_a_second_award_and_a_second_holder_are_refused_by_the_database(keyring):
    world.load(quota=2)
    world.join(keyring, [Someone() for _ in range(4)])
    world.close()
    world.freeze(keyring)
    world.draw()
    world.award_all(keyring)
    again = (
        "INSERT INTO selection_award (candidate_id, place_id, person_id, state, scheme,"
        " programme_version_id, amount, awarded_at) SELECT c.entry_id, a.place_id, c.person_id,"
        " 'open', a.scheme, a.programme_version_id, a.amount, a.awarded_at"
        " FROM selection_award a, selection_candidate c WHERE c.outcome = 'waiting'"
        " ORDER BY a.id, c.entry_id LIMIT 1 RETURNING id"
    )
    with pytest.raises(Error, match="selection_place_held_once"):
        rows(again)
    extra = (
        "INSERT INTO selection_place (draw_id, area, tier, number)"
        " SELECT id, '31', 'T1', 99 FROM selection_draw RETURNING id"
    )
    with pytest.raises(Error, match="more places than the quota"):
        rows(extra)
    with pytest.raises(Error, match="append-only"):
        rows("DELETE FROM selection_place RETURNING id")


def test_every_listed_ticket_has_a_proof_and_no_other(keyring):
    world.load(quota=4)
    everybody = [Someone() for _ in range(13)]
    world.join(keyring, [*everybody, Someone(enrolled="fact")])
    world.close()
    world.freeze(keyring)
    world.draw()
    listed = rows("SELECT ticket, eligible FROM selection_candidate")
    for ticket, eligible in listed:
        proof = queries.ticket_proof(wave_id=WAVE, ticket=ticket)
        assert (proof is not None) == eligible
        if proof is not None:
            path = [(side, bytes.fromhex(neighbour)) for side, neighbour in proof.path]
            assert drawing.climb(bytes.fromhex(proof.leaf), path) == proof.root
            assert proof.outcome in {"selected", "waiting"}
    assert queries.ticket_proof(wave_id=WAVE, ticket="W01-000000000000") is None


def test_an_empty_wave_is_drawn_too(keyring, tmp_path):
    world.load(quota=2)
    world.close()
    frozen = world.freeze(keyring)
    assert frozen.merkle_root == sha256(b"").hexdigest()
    world.draw()
    world.award_all(keyring)
    actions.publish(wave_id=WAVE, publications=tmp_path, real_now=LATER_REAL)
    assert verdict(tmp_path / WAVE).returncode == 0
    assert sum(cell["empty_places"] for cell in queries.conservation(wave_id=WAVE)) == 2


def test_files_are_written_again_to_the_same_byte(keyring, tmp_path):
    world.load(quota=2)
    world.join(keyring, [Someone() for _ in range(7)])
    world.close()
    world.freeze(keyring)
    first = actions.publish(wave_id=WAVE, publications=tmp_path, real_now=LATER_REAL)
    assert first == ["rules.json", "candidates.csv", "commitment.json"]
    world.draw()
    assert list(queries.unpublished()) == [WAVE]
    actions.publish(wave_id=WAVE, publications=tmp_path, real_now=LATER_REAL)
    assert list(queries.unpublished()) == []
    world.award_all(keyring)
    actions.publish(wave_id=WAVE, publications=tmp_path / "again", real_now=LATER_REAL)
    files = {path.name: path.read_bytes() for path in (tmp_path / WAVE).iterdir()}
    again = {path.name: path.read_bytes() for path in (tmp_path / "again" / WAVE).iterdir()}
    assert files == again
    assert set(files) == {
        "rules.json", "candidates.csv", "commitment.json", "reveal.json", "result.csv",
        "cutoffs.json",
    }  # fmt: skip
    commitment = json.loads(files["commitment.json"])
    assert commitment["list_sha256"] == sha256(files["candidates.csv"]).hexdigest()
    assert commitment["witnesses"] == list(world.WITNESSES)


def test_people_of_another_wave_do_not_appear(keyring):
    world.load(quota=2)
    world.join(keyring, [Someone()])
    world.close()
    world.freeze(keyring)
    assert queries.result_of(person_id=Someone().person_id, wave_id=WAVE) is None
    assert queries.draw_of(wave_id="PKJ-2020-W02") is None
    assert waves.wave(wave_id="PKJ-2020-W02").state == "planned"
