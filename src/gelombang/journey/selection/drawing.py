"""The draw itself: pure functions from a frozen list and a random number to places and files.

Everything here is a specification to the byte (docs/reference, "the draw"): anybody who has the
published files gets the same result. No Django, no clock, no database.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from typing import Any

LIST_HEADER = "ticket,area,tier\n"
RESULT_HEADER = "ticket,area,tier,score,outcome,pass\n"
SELECTED, WAITING = "selected", "waiting"

Cell = tuple[str, str]  # area and tier


class TierUnknown(ValueError):
    """A candidate of a tier that the rules do not have: the list does not fit the rules."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What `rules.json` says: places of each area, and the tiers in their order."""

    wave: str
    quota: int
    areas: Mapping[str, int]  # places by area code
    tiers: Mapping[str, int]  # share in percent by tier code, in the programme's order


@dataclass(frozen=True, slots=True)
class Drawn:
    """One candidate after the draw. `place` is (area, tier, number) for those selected."""

    ticket: str
    area: str
    tier: str
    score: str
    outcome: str
    won_in_pass: int | None
    place: tuple[str, str, int] | None
    waiting_rank: int | None


@dataclass(frozen=True, slots=True)
class CellResult:
    """What became of the places of one cell in the first pass."""

    area: str
    tier: str
    places: int
    candidates: int
    selected: int
    cutoff: str | None  # the highest winning score of pass 1


@dataclass(frozen=True, slots=True)
class Result:
    """All candidates in the order of `result.csv`, and the cells in the order of the rules."""

    drawn: Sequence[Drawn]
    cells: Sequence[CellResult]
    selected_pass_2: int
    selected_pass_3: int
    unfilled: int


def largest_remainder(total: int, weights: Sequence[int]) -> list[int]:
    """`total` shared out by weights: by largest remainder, ties to the earlier one.

    Raises ValueError when all weights are zero.
    """
    whole = sum(weights)
    if whole == 0:
        raise ValueError("nothing to share by")
    shares = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in by_remainder[: total - sum(shares)]:
        shares[i] += 1
    return shares


def rules_of(
    *, wave: str, quota: int, weights: Mapping[str, int], shares: Mapping[str, int]
) -> Rules:
    """The rules of a wave: its places shared out over areas by weight, ties to the lower code."""
    codes = sorted(weights)
    places = largest_remainder(quota, [weights[code] for code in codes])
    return Rules(wave, quota, dict(zip(codes, places, strict=True)), dict(shares))


def write_json(content: Any) -> str:
    """One spelling for all our JSON files: indented by one blank, ending with a line feed."""
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def rules_file(rules: Rules) -> str:
    """`rules.json`."""
    return write_json(
        {
            "version": 1,
            "wave": rules.wave,
            "quota": rules.quota,
            "areas": [{"code": code, "places": n} for code, n in rules.areas.items()],
            "tiers": [{"code": code, "share_percent": n} for code, n in rules.tiers.items()],
        }
    )


def read_rules(text: str) -> Rules:
    """The rules in a `rules.json`."""
    content = json.loads(text)
    return Rules(
        wave=content["wave"],
        quota=content["quota"],
        areas={area["code"]: area["places"] for area in content["areas"]},
        tiers={tier["code"]: tier["share_percent"] for tier in content["tiers"]},
    )


def cell_places(rules: Rules) -> dict[Cell, int]:
    """The places of every cell, in the order of the rules."""
    places: dict[Cell, int] = {}
    for area, count in rules.areas.items():
        shares = largest_remainder(count, list(rules.tiers.values()))
        places |= {(area, tier): n for tier, n in zip(rules.tiers, shares, strict=True)}
    return places


def leaf_hash(line: str) -> bytes:
    """RFC 6962: the hash of one line of the list, without its line feed."""
    return sha256(b"\x00" + line.encode()).digest()


def tree_levels(leaves: list[bytes]) -> list[list[bytes]]:
    """The Merkle tree level by level, leaves first; an odd node is carried up unchanged."""
    levels = [leaves]
    while len(levels[-1]) > 1:
        level = levels[-1]
        above = [
            sha256(b"\x01" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)
        ]
        if len(level) % 2:
            above.append(level[-1])
        levels.append(above)
    return levels


def merkle_root(levels: Sequence[Sequence[bytes]]) -> str:
    """The root of a tree; of an empty list, the hash of nothing."""
    return levels[-1][0].hex() if levels[-1] else sha256(b"").hexdigest()


def path_places(index: int, size: int) -> list[tuple[int, int, str]]:
    """Where the neighbours of a leaf stand, from the bottom: level, index, their side."""
    places = []
    level = 0
    while size > 1:
        neighbour = index ^ 1
        if neighbour < size:
            places.append((level, neighbour, "left" if neighbour < index else "right"))
        index, size, level = index // 2, (size + 1) // 2, level + 1
    return places


def climb(leaf: bytes, path: Iterable[tuple[str, bytes]]) -> str:
    """The root that a leaf and its neighbours lead to: what a person compares."""
    for side, neighbour in path:
        joined = neighbour + leaf if side == "left" else leaf + neighbour
        leaf = sha256(b"\x01" + joined).digest()
    return leaf.hex()


def seed_of(*, wave: str, list_sha256: str, rules_sha256: str, randomness: str) -> str:
    """The seed: the frozen list and rules, and the number that nobody could know."""
    text = f"gelombang-draw-v1\n{wave}\n{list_sha256}\n{rules_sha256}\n{randomness}\n"
    return sha256(text.encode()).hexdigest()


def score_of(seed: str, ticket: str) -> str:
    """A candidate's score; the lower wins."""
    return sha256(f"{seed}:{ticket}".encode()).hexdigest()


def draw(rules: Rules, candidates: Iterable[tuple[str, str, str]], seed: str) -> Result:
    """The whole draw over (ticket, area, tier). Raises TierUnknown."""
    lots = _by_cell(rules, candidates, seed)
    places = cell_places(rules)
    winners, cells, free = _first_pass(rules, lots, places)
    second = _second_pass(rules, lots, free)
    third, waiting = _third_pass(rules, lots, free)
    ranked = [
        Drawn(ticket, area, tier, score, WAITING, None, None, rank)
        for rank, (score, ticket, area, tier) in enumerate(waiting, start=1)
    ]
    return Result(
        drawn=[*winners, *second, *third, *ranked],
        cells=cells,
        selected_pass_2=len(second),
        selected_pass_3=len(third),
        unfilled=sum(len(numbers) for numbers in free.values()),
    )


Lot = tuple[str, str, str, str]  # score, ticket, area, tier: sorts as the draw wants it
Lots = dict[Cell, list[Lot]]
Free = dict[Cell, list[int]]  # the numbers of the places that are left, per cell


def _by_cell(rules: Rules, candidates: Iterable[tuple[str, str, str]], seed: str) -> Lots:
    lots: Lots = {}
    for ticket, area, tier in candidates:
        if tier not in rules.tiers:
            raise TierUnknown(tier)
        lots.setdefault((area, tier), []).append((score_of(seed, ticket), ticket, area, tier))
    for cell in lots.values():
        cell.sort()
    return lots


def _first_pass(
    rules: Rules, lots: Lots, places: Mapping[Cell, int]
) -> tuple[list[Drawn], list[CellResult], Free]:
    """Each cell takes its lowest scores, up to its places; winners leave the lots."""
    winners: list[Drawn] = []
    cells: dict[Cell, CellResult] = {}
    free: Free = {}
    for area in sorted(rules.areas, key=str.encode):
        for tier in rules.tiers:
            cell, count = (area, tier), places[area, tier]
            present = lots.get(cell, [])
            lots[cell], won = present[count:], present[:count]
            winners += [_won(lot, 1, (*cell, n)) for n, lot in enumerate(won, start=1)]
            free[cell] = list(range(len(won) + 1, count + 1))
            cutoff = won[-1][0] if won else None
            cells[cell] = CellResult(area, tier, count, len(present), len(won), cutoff)
    return winners, [cells[cell] for cell in places], free


def _won(lot: Lot, number: int, place: tuple[str, str, int]) -> Drawn:
    score, ticket, area, tier = lot
    return Drawn(ticket, area, tier, score, SELECTED, number, place, None)


def _second_pass(rules: Rules, lots: Lots, free: Free) -> list[Drawn]:
    """Places left in an area go to that area's others: earlier tier first, then score."""
    winners: list[Drawn] = []
    for area in sorted(rules.areas, key=str.encode):
        cells = [(area, tier) for tier in rules.tiers]
        winners += _fill(2, lots, [free[cell] for cell in cells], cells, cells)
    return winners


def _third_pass(rules: Rules, lots: Lots, free: Free) -> tuple[list[Drawn], list[Lot]]:
    """Places still left go to the whole nation in the same order; the others wait in it."""
    nation: list[Lot] = []
    for tier in rules.tiers:
        nation += sorted(lot for (_, t), cell in lots.items() if t == tier for lot in cell)
    cells = sorted(free, key=lambda cell: (cell[0].encode(), list(rules.tiers).index(cell[1])))
    places = [(*cell, number) for cell in cells for number in free[cell]]
    winners = [_won(lot, 3, place) for lot, place in zip(nation, places, strict=False)]
    _take(free, cells, len(winners))
    return winners, nation[len(winners) :]


def _fill(
    number: int, lots: Lots, free: list[list[int]], cells: list[Cell], sources: list[Cell]
) -> list[Drawn]:
    """Give the free places of these cells, in order, to the lots of the source cells, in order."""
    places = [(*cell, n) for cell, numbers in zip(cells, free, strict=True) for n in numbers]
    winners: list[Drawn] = []
    for source in sources:
        taken = list(islice(lots[source], len(places) - len(winners)))
        lots[source] = lots[source][len(taken) :]
        winners += [
            _won(lot, number, place)
            for lot, place in zip(taken, places[len(winners) :], strict=False)
        ]
    _take(dict(zip(cells, free, strict=True)), cells, len(winners))
    return winners


def _take(free: Free, cells: Iterable[Cell], count: int) -> None:
    """Take the first `count` free places of the cells away."""
    for cell in cells:
        taken = min(count, len(free[cell]))
        del free[cell][:taken]
        count -= taken


def result_file(result: Result) -> Iterable[str]:
    """`result.csv`, line by line."""
    yield RESULT_HEADER
    for each in result.drawn:
        won = "" if each.won_in_pass is None else each.won_in_pass
        yield f"{each.ticket},{each.area},{each.tier},{each.score},{each.outcome},{won}\n"


def cutoffs_file(result: Result) -> str:
    """`cutoffs.json`."""
    return write_json(
        {
            "cells": [
                {
                    "area": cell.area,
                    "tier": cell.tier,
                    "places": cell.places,
                    "candidates": cell.candidates,
                    "selected_pass_1": cell.selected,
                    "cutoff": cell.cutoff,
                }
                for cell in result.cells
            ],
            "selected_pass_2": result.selected_pass_2,
            "selected_pass_3": result.selected_pass_3,
            "unfilled": result.unfilled,
        }
    )


def reveal_file(*, chain: str, number: int, randomness: str, signature: str) -> str:
    """`reveal.json`."""
    return write_json(
        {
            "beacon": {
                "chain": chain,
                "round": number,
                "randomness": randomness,
                "signature": signature,
            }
        }
    )
