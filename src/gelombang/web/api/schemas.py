"""What the API takes and gives. Unknown fields are refused: a typing mistake is never ignored."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from ninja import Field, Schema
from pydantic import BeforeValidator, ConfigDict, StringConstraints

Short = Annotated[str, StringConstraints(max_length=320)]
Code = Annotated[str, StringConstraints(max_length=40, pattern=r"^[A-Za-z0-9_-]*$")]


def _iso_day(value: object) -> date:
    if not isinstance(value, str) or len(value) != len("YYYY-MM-DD"):
        raise ValueError("write YYYY-MM-DD")
    return date.fromisoformat(value)


Day = Annotated[date, BeforeValidator(_iso_day)]


class Strict(Schema):
    """A body with exactly these fields."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class SignIn(Strict):
    """Ask for a code."""

    email: Short


class SignInCode(Strict):
    """Sign in with the code."""

    email: Short
    code: Short


class Session(Schema):
    """A signed-in session, the pass for the front door, and when both end without use."""

    session: str
    door_pass: str = Field(serialization_alias="pass")
    expires_at: datetime


class Identity(Strict):
    """What somebody states about themselves."""

    nik: Short
    family_card_no: Short
    name: Short
    sex: Literal["male", "female"]
    birth_place: Short
    birth_date: Day
    province: Short


class State(Schema):
    """Where something stands."""

    state: str


class Wait(Schema):
    """How long a check may take yet: nine times in ten between the first and the last minute.

    Minutes are null while no end can be foretold. `hold` is empty while the partner is asked, else
    `parked`, `down` or `stopped`; `counted` is `exact`, `about` or `at_least`.
    """

    waits_for: str
    people_before: int
    counted: str
    minutes_from: int | None
    minutes_about: int | None
    minutes_to: int | None
    hold: str
    resumes_at: str | None


class Status(Schema):
    """Everything that the status page shows, for machines."""

    email_confirmed: bool
    identity: str | None
    identity_wait: Wait | None
    wave: dict[str, Any] | None
    entry: dict[str, Any] | None
    result: dict[str, Any] | None


class Purchase(Strict):
    """Buy a course with the training balance."""

    course: Short


class Review(Strict):
    """Rate a finished course: 1 to 5, and words."""

    certificate: Short
    rating: int
    words: Annotated[str, StringConstraints(max_length=2_000)] = ""


class Survey(Strict):
    """The answers of a survey: code of a question to code of an option."""

    answers: Annotated[dict[Short, Short], Field(max_length=40)]


class PayoutAccount(Strict):
    """Where the money should go: the person's own wallet or bank account."""

    partner: Short
    account_no: Short


class Bought(Schema):
    """A purchase that was just made, and what it left of the balance, in rupiah."""

    id: int
    redeem_code: str
    price: int
    balance_before: int
    balance_after: int


class Courses(Schema):
    """What of the catalogue is asked for; prices in rupiah."""

    model_config = ConfigDict(str_strip_whitespace=True)

    category: Code = ""
    mode: Code = ""
    text: Short = ""
    most_price: Annotated[int, Field(ge=0, le=10**12)] | None = None
    sort: Code = ""
    offset: Annotated[int, Field(ge=0, le=100_000)] = 0
    limit: Annotated[int, Field(ge=1, le=100)] = 30
