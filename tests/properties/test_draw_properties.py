"""What holds for every draw: places, order, fairness of the seed, and the independent verifier."""

import json
from collections import Counter
from hashlib import sha256
from importlib import util

from hypothesis import given, settings, strategies as st

from gelombang.cli.places import clone
from gelombang.journey.selection import drawing

AREAS = st.sampled_from(["11", "12", "31", "35", "99"])
TIERS = ("T1", "T2", "T3")


@st.composite
def rules(draw) -> drawing.Rules:
    codes = draw(st.sets(AREAS, min_size=1))
    places = {code: draw(st.integers(min_value=0, max_value=12)) for code in sorted(codes)}
    tiers = TIERS[: draw(st.integers(min_value=1, max_value=3))]
    cuts = sorted(draw(st.integers(min_value=0, max_value=100)) for _ in tiers[1:])
    shares = [b - a for a, b in zip([0, *cuts], [*cuts, 100], strict=True)]
    return drawing.Rules(
        "W-TEST", sum(places.values()), places, dict(zip(tiers, shares, strict=True))
    )


@st.composite
def draws(draw) -> tuple[drawing.Rules, list[tuple[str, str, str]], str]:
    made = draw(rules())
    numbers = draw(st.sets(st.integers(min_value=0, max_value=10**12 - 1), max_size=60))
    tiers = st.sampled_from(list(made.tiers))
    people = [(f"W01-{number:012d}", draw(AREAS), draw(tiers)) for number in sorted(numbers)]
    return made, people, sha256(draw(st.binary(max_size=8))).hexdigest()


@given(draws())
@settings(max_examples=300, deadline=None)
def test_no_place_is_given_twice_and_none_stays_empty_while_somebody_waits(case):
    made, people, seed = case
    result = drawing.draw(made, people, seed)
    selected = [each for each in result.drawn if each.outcome == drawing.SELECTED]
    waiting = [each for each in result.drawn if each.outcome == drawing.WAITING]
    assert {each.ticket for each in result.drawn} == {ticket for ticket, _, _ in people}
    assert len(selected) + result.unfilled == made.quota
    assert len(selected) == min(len(people), made.quota)
    assert not (waiting and result.unfilled)
    places = Counter(each.place for each in selected)
    assert set(places.values()) <= {1}
    counts = drawing.cell_places(made)
    assert sum(counts.values()) == made.quota
    assert all(1 <= place[2] <= counts[place[0], place[1]] for place in places)
    assert [each.waiting_rank for each in waiting] == list(range(1, len(waiting) + 1))


@given(draws())
@settings(max_examples=200, deadline=None)
def test_within_a_cell_nobody_wins_over_a_lower_score(case):
    made, people, seed = case
    result = drawing.draw(made, people, seed)
    for loser in result.drawn:
        if loser.outcome == drawing.SELECTED:
            continue
        for winner in result.drawn:
            same = (winner.area, winner.tier) == (loser.area, loser.tier)
            if same and winner.outcome == drawing.SELECTED:
                assert winner.score < loser.score


@given(draws(), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_the_order_of_the_list_does_not_matter_to_the_result(case, chance):
    made, people, seed = case
    shuffled = list(people)
    chance.shuffle(shuffled)
    assert drawing.draw(made, people, seed).drawn == drawing.draw(made, shuffled, seed).drawn


@given(st.integers(min_value=0, max_value=10**6), st.lists(st.integers(0, 10**6), min_size=1))
def test_largest_remainder_shares_everything_and_no_more_than_one_off(total, weights):
    if sum(weights) == 0:
        return
    shares = drawing.largest_remainder(total, weights)
    assert sum(shares) == total
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share * sum(weights) - total * weight) < sum(weights)


@given(draws())
@settings(max_examples=150, deadline=None)
def test_the_verifier_written_from_the_specification_agrees(tmp_path_factory, case):
    made, people, seed_text = case
    folder = tmp_path_factory.mktemp("publication")
    publish(folder, made, people, signature=seed_text)
    assert verifier().main([str(folder)]) == 0


def publish(folder, made, people, *, signature) -> None:
    rules_text = drawing.rules_file(made)
    lines = [",".join(person) for person in people]
    list_text = drawing.LIST_HEADER + "".join(f"{line}\n" for line in lines)
    digests = {
        "list_sha256": sha256(list_text.encode()).hexdigest(),
        "rules_sha256": sha256(rules_text.encode()).hexdigest(),
    }
    randomness = sha256(bytes.fromhex(signature)).hexdigest()
    seed = drawing.seed_of(wave=made.wave, randomness=randomness, **digests)
    result = drawing.draw(made, people, seed)
    beacon = {"chain": "ab" * 32, "round": 7}
    levels = drawing.tree_levels([drawing.leaf_hash(line) for line in lines])
    commitment = digests | {
        "wave": made.wave, "candidates": len(people), "beacon": beacon,
        "merkle_root": drawing.merkle_root(levels), "witnesses": ["a@example.id", "b@example.id"],
    }  # fmt: skip
    files = {
        "rules.json": rules_text,
        "candidates.csv": list_text,
        "commitment.json": json.dumps(commitment),
        "reveal.json": drawing.reveal_file(
            chain=beacon["chain"], number=7, randomness=randomness, signature=signature
        ),
        "result.csv": "".join(drawing.result_file(result)),
        "cutoffs.json": drawing.cutoffs_file(result),
    }
    for name, text in files.items():
        (folder / name).write_bytes(text.encode())


def verifier():
    spec = util.spec_from_file_location("verify_draw", clone() / "tools" / "verify_draw.py")
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_chances_are_even_over_many_seeds():
    """Ten places of forty people: each wins a quarter of the draws, within chance (chi-squared)."""
    made = drawing.Rules("W", 10, {"31": 10}, {"T1": 100})
    people = [(f"W01-{number:012d}", "31", "T1") for number in range(40)]
    wins: Counter[str] = Counter()
    rounds = 2000
    for number in range(rounds):
        result = drawing.draw(made, people, sha256(str(number).encode()).hexdigest())
        wins.update(each.ticket for each in result.drawn if each.place is not None)
    expected = rounds / 4
    spread = expected * 3 / 4  # variance of one person's wins
    statistic = sum((wins[ticket] - expected) ** 2 for ticket, _, _ in people) / spread * 39 / 40
    assert 14 < statistic < 79  # 39 degrees of freedom, p between 0.0002 and 0.9999
