"""The catalogue that a rehearsal buys from, read from its file as anybody could."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass

MOST = 1_000_000  # rupiah of a training balance: what costs more cannot be bought with it


class CatalogueUnfit(Exception):
    """The catalogue cannot be rehearsed with; the text says why."""


@dataclass(frozen=True, slots=True)
class Course:
    """What a buyer needs to know of a course."""

    code: str
    provider: str
    """The client code of whoever gives it."""
    mode: str
    price: int
    sessions: int


@dataclass(frozen=True, slots=True)
class Offer:
    """The courses that people take, and the class that the office will cancel."""

    courses: Sequence[Course]
    cancelled: Course


def read_offer(text: str) -> Offer:
    """What a catalogue file has on sale by approved providers, cheap enough for the balance.

    The class with the fewest buyers to lose is given up: the last one that meets in a room, else
    the last of all. Nobody else takes it. Raises CatalogueUnfit.
    """
    try:
        document = tomllib.loads(text)
        clients = {
            provider["code"]: provider["client_code"]
            for provider in document["providers"]
            if provider["approved"]
        }
        courses = [
            Course(
                code=each["code"], provider=clients[each["provider"]], mode=each["mode"],
                price=each["price"], sessions=each["sessions"],
            )
            for each in document["courses"]
            if each["on_sale"] and each["provider"] in clients and each["price"] <= MOST
        ]  # fmt: skip
    except (tomllib.TOMLDecodeError, KeyError) as problem:
        raise CatalogueUnfit(f"the catalogue cannot be read: {problem}") from None
    if len(courses) < 2:  # noqa: PLR2004 one to take, one to give up
        raise CatalogueUnfit("two courses must be on sale")
    in_rooms = [course for course in courses if course.mode == "face_to_face"]
    cancelled = (in_rooms or courses)[-1]
    return Offer(tuple(each for each in courses if each != cancelled), cancelled)


def names_of_providers(text: str) -> dict[str, str]:
    """What the providers of a catalogue file are called, by their client codes."""
    return {each["client_code"]: each["name"] for each in tomllib.loads(text)["providers"]}


def sessions_by_course(text: str) -> dict[str, int]:
    """How many sessions each course of a catalogue file has, as its provider knows."""
    return {course["code"]: course["sessions"] for course in tomllib.loads(text)["courses"]}
