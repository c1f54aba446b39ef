"""How long a draw takes from a settled list to proven files, for any number of candidates.

The product's own pure draw makes the publication, the standalone verifier repeats it as a process.
What the database adds (judging, awards) is measured by the launch-day rehearsal.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import TypeVar

from gelombang.journey.selection import drawing, publication
from gelombang.rehearsal.programme_file import Stage

SECOND_TIER_SHARE = 0.2
VERIFY_SECONDS = 900
WITNESSES = ["saksi-1@example.id", "saksi-2@example.id"]
T = TypeVar("T")


class VerifierDisagrees(Exception):
    """The standalone verifier found a difference; the text is its first word about it."""


@dataclass(slots=True)
class DrawBench:
    """Seconds by part, and what was drawn."""

    seconds: dict[str, float] = field(default_factory=dict)
    candidates: int = 0
    selected: int = 0

    def timed(self, name: str, work: Callable[[], T]) -> T:
        """Do the work and keep how long it took."""
        begun = time.perf_counter()
        done = work()
        self.seconds[name] = time.perf_counter() - begun
        return done


def measure(
    *, candidates: int, quota: int, stage: Stage, verifier: Path, directory: Path, seed: int
) -> DrawBench:
    """Make a list of `candidates`, freeze, draw, write and verify. Raises VerifierDisagrees."""
    bench = DrawBench(candidates=candidates)
    rules = drawing.rules_of(
        wave=stage.wave_id, quota=quota, weights=stage.population_terms.area_weights,
        shares={"T1": 100, "T2": 0},
    )  # fmt: skip
    people = bench.timed("invent the list", lambda: sorted(_invent(candidates, stage, seed)))
    lines = [",".join(each) for each in people]
    text = drawing.LIST_HEADER + "".join(f"{line}\n" for line in lines)
    root = bench.timed(
        "freeze: digest and Merkle tree",
        lambda: drawing.merkle_root(drawing.tree_levels([drawing.leaf_hash(x) for x in lines])),
    )
    rules_text = drawing.rules_file(rules)
    signature = Random(seed).randbytes(48)  # noqa: S311 an invented round
    randomness = sha256(signature).hexdigest()
    digests = {"list_sha256": _digest(text), "rules_sha256": _digest(rules_text)}
    draw_seed = drawing.seed_of(wave=rules.wave, randomness=randomness, **digests)
    result = bench.timed(
        "draw: scores, passes, order", lambda: drawing.draw(rules, people, draw_seed)
    )
    commitment = {
        "wave": rules.wave, "published_at": "2020-04-16T10:00:00Z", "candidates": candidates,
        **digests, "merkle_root": root, "beacon": {"chain": "bench", "round": 1},
        "witnesses": WITNESSES,
    }  # fmt: skip
    reveal = drawing.reveal_file(
        chain="bench", number=1, randomness=randomness, signature=signature.hex()
    )
    files: dict[str, Iterable[str]] = {
        "rules.json": [rules_text], "candidates.csv": [text],
        "commitment.json": [drawing.write_json(commitment)], "reveal.json": [reveal],
        "result.csv": drawing.result_file(result), "cutoffs.json": [drawing.cutoffs_file(result)],
    }  # fmt: skip
    bench.timed("write the files", lambda: _write(directory, files))
    bench.timed("verify: tools/verify_draw.py", lambda: _verify(verifier, directory))
    bench.selected = sum(each.outcome == drawing.SELECTED for each in result.drawn)
    return bench


def _invent(count: int, stage: Stage, seed: int) -> Iterator[tuple[str, str, str]]:
    chance = Random(f"bench {seed}")  # noqa: S311 repeatable on purpose
    areas = list(stage.population_terms.area_weights)
    weights = list(stage.population_terms.area_weights.values())
    for number, area in enumerate(chance.choices(areas, weights, k=count)):
        tier = "T2" if chance.random() < SECOND_TIER_SHARE else "T1"
        yield f"W01-{(number * 7_368_787 + 13) % 10**12:012d}", area, tier


def _write(directory: Path, files: Mapping[str, Iterable[str]]) -> None:
    for name, lines in files.items():
        publication.write(directory, name, lines)


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _verify(verifier: Path, directory: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(verifier), str(directory)],
        capture_output=True, text=True, check=False, timeout=VERIFY_SECONDS,
    )  # fmt: skip
    if done.returncode != 0:
        raise VerifierDisagrees((done.stdout + done.stderr).strip()[-500:])
