"""The draw against example publications that an independent implementation made."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from gelombang.journey.selection import drawing

EXAMPLES = Path(__file__).parents[2] / "data" / "draw_v1"


@pytest.fixture(params=["few", "leftovers", "plenty"])
def example(request) -> Path:
    return EXAMPLES / request.param


def lines(example: Path) -> list[str]:
    return (example / "candidates.csv").read_text().splitlines()[1:]


def drawn(example: Path) -> drawing.Result:
    commitment = json.loads((example / "commitment.json").read_text())
    reveal = json.loads((example / "reveal.json").read_text())
    seed = drawing.seed_of(
        wave=commitment["wave"],
        list_sha256=sha256((example / "candidates.csv").read_bytes()).hexdigest(),
        rules_sha256=sha256((example / "rules.json").read_bytes()).hexdigest(),
        randomness=reveal["beacon"]["randomness"],
    )
    rules = drawing.read_rules((example / "rules.json").read_text())
    return drawing.draw(rules, [tuple(line.split(",")) for line in lines(example)], seed)


def test_the_rules_are_written_to_the_byte(example):
    text = (example / "rules.json").read_text()
    assert drawing.rules_file(drawing.read_rules(text)) == text


def test_the_root_is_the_committed_one(example):
    levels = drawing.tree_levels([drawing.leaf_hash(line) for line in lines(example)])
    commitment = json.loads((example / "commitment.json").read_text())
    assert drawing.merkle_root(levels) == commitment["merkle_root"]


def test_the_result_is_the_published_one_to_the_byte(example):
    assert "".join(drawing.result_file(drawn(example))) == (example / "result.csv").read_text()


def test_the_cutoffs_are_the_published_ones_to_the_byte(example):
    assert drawing.cutoffs_file(drawn(example)) == (example / "cutoffs.json").read_text()


def test_the_reveal_is_written_to_the_byte(example):
    text = (example / "reveal.json").read_text()
    beacon = json.loads(text)["beacon"]
    beacon["number"] = beacon.pop("round")
    assert drawing.reveal_file(**beacon) == text


def test_every_line_has_a_path_to_the_root(example):
    leaves = [drawing.leaf_hash(line) for line in lines(example)]
    levels = drawing.tree_levels(leaves)
    for index, leaf in enumerate(leaves):
        path = [
            (side, levels[level][place])
            for level, place, side in drawing.path_places(index, len(leaves))
        ]
        assert drawing.climb(leaf, path) == drawing.merkle_root(levels)


def test_the_empty_list_has_the_hash_of_nothing():
    assert drawing.merkle_root(drawing.tree_levels([])) == sha256(b"").hexdigest()


def test_a_tier_that_the_rules_lack_is_refused():
    rules = drawing.Rules("W", 1, {"31": 1}, {"T1": 100})
    with pytest.raises(drawing.TierUnknown):
        drawing.draw(rules, [("W01-1", "31", "T9")], "00")


def test_ties_of_remainders_go_to_the_earlier_one():
    assert drawing.largest_remainder(1, [50, 50]) == [1, 0]
    assert drawing.largest_remainder(3, [80, 20]) == [2, 1]
    assert drawing.largest_remainder(0, [80, 20]) == [0, 0]
