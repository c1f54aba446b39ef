"""An invented social registry. Seeded by `{nik, programmes, decile}` each line."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gelombang.gateways.dci.fake import FakeDciRegistry
from gelombang.gateways.dci.fake_trust import FakeTrust
from gelombang.gateways.social_aid.client import RECORD_TYPE, REG_TYPE


def fake_social_aid(data_dir: Path, trust: FakeTrust | None = None) -> FakeDciRegistry:
    """The registry with its books in `data_dir`."""
    return FakeDciRegistry(
        data_dir=data_dir,
        name="social_aid",
        reg_type=REG_TYPE,
        record_type=RECORD_TYPE,
        wanted=frozenset({"nik", "programmes", "decile"}),
        records=_records,
        trust=trust or FakeTrust(),
    )


def _records(person: Mapping[str, Any], day: str) -> list[dict[str, Any]]:
    household = hashlib.sha256(f"household of {person['nik']}".encode()).hexdigest()
    return [
        {
            "nik": person["nik"],
            "household_id_hash": household,
            "decile": person["decile"],
            "programmes": list(person["programmes"]),
            "as_of": day,
        }
    ]
