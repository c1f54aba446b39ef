"""An invented education hub. Seeded by `{nik, level, institution_code, status}` each line."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gelombang.gateways.dci.fake import FakeDciRegistry
from gelombang.gateways.dci.fake_trust import FakeTrust
from gelombang.gateways.education.client import RECORD_TYPE, REG_TYPE


def fake_education(data_dir: Path, trust: FakeTrust | None = None) -> FakeDciRegistry:
    """The hub with its books in `data_dir`."""
    return FakeDciRegistry(
        data_dir=data_dir,
        name="education",
        reg_type=REG_TYPE,
        record_type=RECORD_TYPE,
        wanted=frozenset({"nik", "level", "institution_code", "status"}),
        records=_records,
        trust=trust or FakeTrust(),
    )


def _records(person: Mapping[str, Any], day: str) -> list[dict[str, Any]]:
    return [
        {
            "nik": person["nik"],
            "level": person["level"],
            "institution_code": person["institution_code"],
            "status": person["status"],
            "valid_from": person.get("valid_from"),
            "valid_to": person.get("valid_to"),
            "as_of": day,
        }
    ]
