#!/usr/bin/env python3
# fmt: off
# ruff: noqa: ANN001, ANN201, ANN202, B905, D103, PLR2004
"""Repeat a published draw and say if it is right: `verify_draw.py publications/PKJ-2020-W01`.

Needs nothing but Python 3.9. Works everything out anew from the published files and names the
first difference; exit status 0 when all agrees, 1 on a difference, 2 when a file is missing.
What it cannot know it prints: whether the beacon really published that randomness, and whether
the witnesses had these digests before the round. Compare those two yourself.
"""

import hashlib
import json
import re
import sys
from pathlib import Path

HEX = re.compile(r"[0-9a-f]{64}")
TICKET = re.compile(r"W[0-9]{2,}-[0-9]{12}")


class Difference(Exception):
    """Something that the publication says is not so."""


def sha(data):
    return hashlib.sha256(data).hexdigest()


def insist(holds, sentence):
    if not holds:
        raise Difference(sentence)


def table(folder, name, header):
    """The bytes and the lines of a CSV file, header taken off, checked for form."""
    raw = (folder / name).read_bytes()
    insist(b"\r" not in raw and not raw.startswith(b"\xef\xbb\xbf"), f"{name}: has a CR or a BOM")
    insist(raw.endswith(b"\n"), f"{name}: the last line does not end with a line feed")
    lines = raw.decode("utf-8").split("\n")[:-1]
    insist(lines[0] == header, f"{name}: line 1 is {lines[0]!r}, not {header!r}")
    return raw, lines[1:]


def check_rules(rules):
    insist(rules["version"] == 1, "rules.json: version is not 1")
    insist(re.fullmatch(r"[A-Z0-9-]{1,32}", rules["wave"]), "rules.json: malformed wave id")
    places = [area["places"] for area in rules["areas"]]
    shares = [tier["share_percent"] for tier in rules["tiers"]]
    whole = all(type(n) is int and n >= 0 for n in places + shares)
    insist(whole, "rules.json: a number is not whole")
    insist(sum(places) == rules["quota"], "rules.json: places do not sum to the quota")
    insist(sum(shares) == 100, "rules.json: shares do not sum to 100")
    for key in ("areas", "tiers"):
        codes = [entry["code"] for entry in rules[key]]
        insist(len(set(codes)) == len(codes), f"rules.json: {key} has a code twice")


def check_list(lines, tiers):
    """Tickets in byte order, each once, each of a known tier."""
    people = []
    for number, line in enumerate(lines, start=2):
        parts, where = line.split(","), f"candidates.csv line {number}"
        insist(len(parts) == 3 and TICKET.fullmatch(parts[0]), f"{where}: malformed")
        insist(parts[2] in tiers, f"{where}: tier {parts[2]} is not in the rules")
        rises = not people or people[-1][0].encode() < parts[0].encode()
        insist(rises, f"{where}: not after the line before")
        people.append(tuple(parts))
    return people


def root_of(lines):
    """RFC 6962 by its definition: split at the largest power of two below the size."""
    def subtree(start, end):
        if end - start == 1:
            return hashlib.sha256(b"\0" + lines[start].encode()).digest()
        half = start + (1 << ((end - start - 1).bit_length() - 1))
        return hashlib.sha256(b"\1" + subtree(start, half) + subtree(half, end)).digest()
    return subtree(0, len(lines)).hex() if lines else sha(b"")


def check_beacon(folder, promised, beacon):
    """The randomness, once it fits what was promised and what it is made of."""
    for key in ("chain", "round"):
        insist(beacon[key] == promised[key], f"reveal.json: {key} is not the committed one")
    insist(HEX.fullmatch(beacon["randomness"]), "reveal.json: randomness is not 64 hex digits")
    if beacon["chain"] != "ceremony":
        insist(re.fullmatch(r"([0-9a-f]{2})+", beacon["signature"]), "reveal.json: not a signature")
        made = bytes.fromhex(beacon["signature"])
    else:
        form = beacon["round"] == 0 and beacon["signature"] == ""
        insist(form, "reveal.json: not the form of a ceremony")
        made, parties = b"", json.loads((folder / "parties.json").read_text(encoding="utf-8"))
        for party in parties:
            reveal, name = bytes.fromhex(party["reveal"]), party["name"]
            insist(len(reveal) == 32, f"parties.json: the reveal of {name} is not 32 bytes")
            kept = sha(reveal) == party["commitment"]
            insist(kept, f"parties.json: {name} broke the commitment")
            made += reveal
    insist(sha(made) == beacon["randomness"], "reveal.json: randomness is not the source's SHA-256")
    return beacon["randomness"]


def places_by_cell(rules):
    """Largest remainder, ties to the earlier tier; exact, in hundredths."""
    cells = {}
    for area in rules["areas"]:
        exact = [area["places"] * tier["share_percent"] for tier in rules["tiers"]]
        given = [value // 100 for value in exact]
        order = sorted(range(len(exact)), key=lambda i: (-(exact[i] - 100 * given[i]), i))
        for i in order[: area["places"] - sum(given)]:
            given[i] += 1
        for tier, count in zip(rules["tiers"], given):
            cells[area["code"], tier["code"]] = count
    return cells


def repeat(rules, people, seed):
    """The lines of the result in their order, and what the cells did."""
    rank = {tier["code"]: i for i, tier in enumerate(rules["tiers"])}
    cells, open_places = places_by_cell(rules), {a["code"]: a["places"] for a in rules["areas"]}
    won, counts, winners, cutoffs = {1: [], 2: []}, {}, {}, {}
    rest = sorted((sha(f"{seed}:{t}".encode()), t, area, tier) for t, area, tier in people)

    def wins_in_cell(lot):
        cell = lot[2], lot[3]
        counts[cell] = counts.get(cell, 0) + 1
        if winners.get(cell, 0) >= cells.get(cell, 0):
            return False
        winners[cell], cutoffs[cell] = winners.get(cell, 0) + 1, lot[0]
        return True

    for number, wins in ((1, wins_in_cell), (2, lambda lot: open_places.get(lot[2], 0) > 0)):
        losers = []
        for lot in rest:
            if wins(lot):
                open_places[lot[2]] -= 1
                won[number].append(lot)
            else:
                losers.append(lot)
        won[number].sort(key=lambda lot: (lot[2].encode(), rank[lot[3]]))
        # Sorting is stable: within a tier, score and ticket stay in order.
        rest = sorted(losers, key=lambda lot: rank[lot[3]])
    left = sum(open_places.values())
    won[3], waiting = rest[:left], rest[left:]
    rows = [f"{t},{a},{r},{s},selected,{n}" for n in (1, 2, 3) for s, t, a, r in won[n]]
    rows += [f"{t},{a},{r},{s},waiting," for s, t, a, r in waiting]
    return rows, {
        "cells": [{"area": a, "tier": t, "places": n, "candidates": counts.get((a, t), 0),
                   "selected_pass_1": winners.get((a, t), 0), "cutoff": cutoffs.get((a, t))}
                  for (a, t), n in cells.items()],
        "selected_pass_2": len(won[2]), "selected_pass_3": len(won[3]),
        "unfilled": left - len(won[3])}


def verify(folder):
    """Check everything; a sentence about what was found. Raises Difference."""
    rules_raw = (folder / "rules.json").read_bytes()
    rules, committed, reveal, cutoffs = (
        json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        for name in ("rules", "commitment", "reveal", "cutoffs"))
    check_rules(rules)
    list_raw, lines = table(folder, "candidates.csv", "ticket,area,tier")
    people = check_list(lines, {tier["code"] for tier in rules["tiers"]})
    for key, made in (("wave", rules["wave"]), ("rules_sha256", sha(rules_raw)),
                      ("candidates", len(people)), ("list_sha256", sha(list_raw)),
                      ("merkle_root", root_of(lines))):
        insist(committed[key] == made, f"commitment.json: {key} says {committed[key]}, not {made}")
    insist(len(set(committed["witnesses"])) >= 2, "commitment.json: fewer than two witnesses")
    randomness = check_beacon(folder, committed["beacon"], reveal["beacon"])
    seed = ("gelombang-draw-v1", rules["wave"], sha(list_raw), sha(rules_raw), randomness, "")
    rows, shown = repeat(rules, people, sha("\n".join(seed).encode()))
    _, said = table(folder, "result.csv", "ticket,area,tier,score,outcome,pass")
    for number, (line, made) in enumerate(zip(said, rows), start=2):
        insist(line == made, f"result.csv line {number}: says {line}, must be {made}")
    insist(len(said) == len(rows), f"result.csv: has {len(said)} lines, must have {len(rows)}")
    for cell, made in zip(cutoffs["cells"], shown["cells"]):
        insist(cell == made, f"cutoffs.json: says {cell}, must be {made}")
    insist(cutoffs == shown, "cutoffs.json: the number of cells or a sum differs")
    return (f"{len(people)} candidates, {sum(',selected,' in row for row in rows)} selected.\n"
            f"Compare: chain {reveal['beacon']['chain']}, round {reveal['beacon']['round']}, "
            f"randomness {randomness}\nWitnesses of list {committed['list_sha256']}: "
            f"{', '.join(committed['witnesses'])}")


def main(arguments):
    try:
        print(verify(Path(arguments[0] if arguments else ".")))
    except OSError as missing:
        print(f"cannot read {missing.filename}")
        return 2
    except (Difference, ValueError, KeyError, TypeError, AttributeError, IndexError) as found:
        print(f"DIFFERENCE: {found if isinstance(found, Difference) else repr(found)}")
        return 1
    print("Everything agrees.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
