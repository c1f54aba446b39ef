"""Who a synthetic person is and which way they go. Values only; `population` invents them."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from gelombang.kit.nik import Sex


class Way(StrEnum):
    """How far a person comes, and what stops them."""

    SILENT = "silent"
    """Registers and never opens the mail."""
    UNIDENTIFIED = "unidentified"
    """Confirms the address and never states an identity."""
    NAME_DIFFERS = "name_differs"
    """States a name that the civil registry does not have."""
    BIRTH_DATE_DIFFERS = "birth_date_differs"
    """NIK and statement agree, the registry has another date."""
    PROVINCE_DIFFERS = "province_differs"
    """States the province of a former residence."""
    FAMILY_CARD_DIFFERS = "family_card_differs"
    """States an old family card."""
    UNKNOWN_NIK = "unknown_nik"
    """The registry knows no such number."""
    DECEASED = "deceased"
    """The registry has recorded a death."""
    INACTIVE = "inactive"
    """The registry has closed the record."""
    DUPLICATE = "duplicate"
    """The registry has the person twice."""
    RIVAL = "rival"
    """Two accounts claim one NIK and the registry confirms both claims."""
    VERIFIED = "verified"
    """The registry confirms everything."""


REFUTED_WAYS = (
    Way.NAME_DIFFERS, Way.BIRTH_DATE_DIFFERS, Way.PROVINCE_DIFFERS, Way.FAMILY_CARD_DIFFERS,
    Way.UNKNOWN_NIK, Way.DECEASED, Way.INACTIVE, Way.DUPLICATE,
)  # fmt: skip


class Submitting(StrEnum):
    """How the Register button is pressed."""

    ONCE = "once"
    """As one should."""
    RETRY = "retry"
    """Twice with the same form: one receipt."""
    AGAIN = "again"
    """A second form, the address in capitals: two receipts, one registration."""


class Detour(StrEnum):
    """A mistake that a person makes first and then corrects."""

    NONE = "none"
    """Right at once."""
    MISTYPED = "mistyped"
    """A NIK that contradicts the stated date: refused before anybody is asked."""
    MISNAMED = "misnamed"
    """A name that the registry contradicts; corrected after the answer."""


@dataclass(frozen=True, slots=True)
class IdentityCard:
    """What a person types from their identity card and family card."""

    nik: str
    family_card_no: str
    name: str
    sex: Sex
    birth_place: str
    birth_date: date
    province: str
    """Two-digit code of the province of residence."""

    def as_json(self) -> dict[str, str]:
        """The body of `POST /api/v1/identity`, and the shape of the civil registry's book."""
        return {
            "nik": self.nik,
            "family_card_no": self.family_card_no,
            "name": self.name,
            "sex": self.sex,
            "birth_place": self.birth_place,
            "birth_date": self.birth_date.isoformat(),
            "province": self.province,
        }


@dataclass(frozen=True, slots=True)
class SyntheticPerson:
    """One invented person: their address, their card, their way, and what partners hold of them."""

    number: int
    email: str
    phone: str
    language: str
    way: Way
    submitting: Submitting = Submitting.ONCE
    detour: Detour = Detour.NONE
    card: IdentityCard | None = None
    """What they state in the end; None for those who never do."""
    enrolled: bool = False
    served: bool = False
    aided: bool = False
    nominated: bool = False
    joins_early: bool = False
    """Joins before hour 21; the other verified people join until the close."""
    in_peak_minute: bool = False

    @property
    def confirms(self) -> bool:
        """Whether they prove the e-mail address."""
        return self.way is not Way.SILENT

    @property
    def joins(self) -> bool:
        """Whether they enter the wave."""
        return self.way is Way.VERIFIED
