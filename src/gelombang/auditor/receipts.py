"""Acknowledged receipts against the rows, one by one."""

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from gelombang.auditor.findings import Tally
from gelombang.auditor.reading import Counts, Reading
from gelombang.auditor.snapshot import Snapshot

BATCH = 10_000
_SHAPE = re.compile(r"[A-Z2-7]{24}")
MISSING = """
    SELECT asked.receipt
    FROM unnest(%s::text[]) AS asked (receipt)
    LEFT JOIN registration_submission AS submission ON submission.receipt = asked.receipt
    LEFT JOIN wave_entry_request AS request ON request.receipt = asked.receipt
    WHERE submission.id IS NULL AND request.id IS NULL
    ORDER BY asked.receipt
"""


def acknowledged(file: Path) -> Reading:
    """A reading that looks for every receipt of the file (one a line, hyphens forgiven)."""

    def read(snapshot: Snapshot, tally: Tally) -> Counts:
        checked = 0
        for batch in _batches(file):
            checked += len(batch)
            for receipt in batch:
                if not _SHAPE.fullmatch(receipt):
                    tally.add(f"receipt:{receipt[:40]}", "is not a receipt at all")
            for (receipt,) in snapshot.rows(MISSING, batch):
                tally.add(f"receipt:{receipt[:40]}", "was acknowledged and is not there")
        return Counts(checked=checked)

    sentence = "Every receipt that somebody was given is in the intake."
    return Reading("acknowledged_receipts", "receipts", sentence, read)


def _batches(file: Path) -> Iterator[list[str]]:
    with file.open(encoding="utf-8") as lines:
        receipts = (line.strip().replace("-", "").upper() for line in lines)
        given = (receipt for receipt in receipts if receipt)
        while batch := sorted(islice(given, BATCH)):
            yield batch
