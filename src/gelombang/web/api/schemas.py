"""What the API takes and gives. Unknown fields are refused: a typing mistake is never ignored."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from ninja import Field, Schema
from pydantic import BeforeValidator, ConfigDict, StringConstraints

Short = Annotated[str, StringConstraints(max_length=320)]


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


class Status(Schema):
    """Everything that the status page shows, for machines."""

    email_confirmed: bool
    identity: str | None
    wave: dict[str, Any] | None
    entry: dict[str, Any] | None
    result: dict[str, Any] | None
