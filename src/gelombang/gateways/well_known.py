"""A few invented people whom every demo knows, to try the programme by hand.

Serials are 99xx: nobody has such a NIK. One stands for each answer that matters.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class WellKnown:
    """Somebody to register as, and what will happen."""

    nik: str
    family_card_no: str
    name: str
    sex: str
    birth_place: str
    birth_date: str
    province: str
    outcome: str
    wallet: str
    bank_account: str
    status: str = "active"
    studies: bool = False
    aid: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    lost_work: str = ""

    def civil_record(self) -> Mapping[str, Any]:
        """As the civil registry keeps them."""
        names = "nik family_card_no name sex birth_place birth_date province status".split()
        return {name: getattr(self, name) for name in names}

    def education_record(self) -> Mapping[str, Any]:
        """As the education hub keeps them."""
        return {"nik": self.nik, "level": "S1", "institution_code": "031001", "status": "active"}

    def social_record(self) -> Mapping[str, Any]:
        """As the social registry keeps them."""
        return {"nik": self.nik, "programmes": list(self.aid), "decile": 2}

    def employment_record(self) -> Mapping[str, Any]:
        """As the employment insurer keeps somebody who lost their work."""
        names = "nik name sex birth_date".split()
        ended = {"membership": "inactive", "end_reason": "PHK", "end_date": self.lost_work}
        return {**{name: getattr(self, name) for name in names}, "monthly_wage": 3_900_000, **ended}

    def exclusion_record(self) -> Mapping[str, Any]:
        """As the hub of exclusion lists keeps them."""
        return {"nik": self.nik, "lists": list(self.lists)}

    def wallet_account(self) -> Mapping[str, Any]:
        """As every e-money issuer keeps them; the number is nobody's."""
        return {"account_no": self.wallet, "name": self.name}

    def saved_account(self) -> Mapping[str, Any]:
        """As the bank keeps them."""
        return {"account_no": self.bank_account, "name": self.name}


PEOPLE = (
    WellKnown("3174015708959901", "3174010101109901", "SITI CONTOH", "female", "JAKARTA",
              "1995-08-17", "31", "verified, takes part in the draw",
              "+6281200009901", "9900000001"),
    WellKnown("3273011203909902", "3273010202119902", "BUDI PERCOBAAN", "male", "BANDUNG",
              "1990-03-12", "32", "verified, receives social aid: ranks later",
              "+6281200009902", "9900000002", aid=("PKH",), lost_work="2020-03-15"),
    WellKnown("3578014505019903", "3578010303129903", "RATNA", "female", "SURABAYA",
              "2001-05-05", "35", "verified, but a student: not eligible",
              "+6281200009903", "9900000003", studies=True),
    WellKnown("5171010101059904", "5171010404139904", "MADE MUDA", "male", "DENPASAR",
              "2005-01-01", "51", "verified, but too young",
              "+6281200009904", "9900000004", lists=("TNI",)),
    WellKnown("1271010911659905", "1271010505149905", "TOGAR ALMARHUM", "male", "MEDAN",
              "1965-11-09", "12", "refuted: the registry says deceased",
              "+6281200009905", "9900000005", status="deceased"),
)  # fmt: skip
