"""The pages that stand with PostgreSQL and the house down: made once, packed, and kept in memory.

What does not depend on the calendar is packed by `gelombang pages`. The rest is made again when
its line of the calendar changes, and while somebody counts down, once a minute.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import product

from gelombang.frontdoor import told
from gelombang.frontdoor.calendar import REGISTRATION, Facts, Subject
from gelombang.frontdoor.pages import NOTHING, Markup, page, part
from gelombang.frontdoor.prepared import Prepared, prepare, prepare_quickly
from gelombang.frontdoor.reasons import (
    LOOK_AGAIN_SECONDS,
    Hold,
    lasting,
    not_recorded,
    passing,
)
from gelombang.frontdoor.told import HOME, Message
from gelombang.kit.words import LANGUAGES, Language

PATHS = ("/", "/daftar")
"""Where the switch of languages may lead back to; from any other address it leads home."""
_UNCHANGING = (Hold.PAUSED, Hold.FULL, Hold.WAITING)
_CALENDAR_PAGES = 256  # kept at most: a few for each wave, whatever addresses are asked for

_ANY_INSTANT = datetime.min.replace(tzinfo=UTC)  # for texts that say no instant


@dataclass(frozen=True, slots=True)
class View:
    """Who reads a page, and how."""

    language: Language
    path: str = "/daftar"
    looks: bool = True
    """Somebody who only looks; False for somebody whose form was not taken in."""
    looks_again: bool = True
    """The page looks again by itself, unless its reader stopped it."""


@lru_cache(maxsize=64)
def passing_page(hold: Hold, view: View) -> Prepared:
    """Paused, full or waiting: the same for everybody."""
    return prepare(_document(hold, view).encode())


def lasting_page(hold: Hold, view: View, facts: Facts, subject: str, now: datetime) -> Prepared:
    """Before, preparing, closed or not announced, at the virtual instant `now`."""
    found = facts.subjects.get(subject)
    following = facts.next_wave(now) if hold is Hold.CLOSED else None
    minute = now.replace(second=0, microsecond=0) if hold is Hold.BEFORE else None
    return _calendar_page(hold, view, subject, found, following, minute)


@lru_cache(maxsize=_CALENDAR_PAGES)
def _calendar_page(
    hold: Hold,
    view: View,
    subject: str,
    found: Subject | None,
    following: Subject | None,
    minute: datetime | None,
) -> Prepared:
    message = lasting(hold, subject, found, following, minute or _ANY_INSTANT)
    return prepare_quickly(_laid_out(hold, view, message).encode())


def _document(hold: Hold, view: View) -> Markup:
    message = passing(hold) if view.looks or hold is Hold.WAITING else not_recorded(hold)
    return _laid_out(hold, view, message)


def _laid_out(hold: Hold, view: View, message: Message) -> Markup:
    """The message with its way home and, where it looks again by itself, how to stop that."""
    inside = told.inside(view.language, message, link=HOME)
    head = NOTHING
    if hold.looks_again and view.looks:
        name = "lihat-lagi" if view.looks_again else "lihat-sendiri"
        inside = Markup(inside + part(name, view.language, seconds=str(LOOK_AGAIN_SECONDS)))
    if hold.looks_again and view.looks and view.looks_again:
        head = Markup(f'<meta http-equiv="refresh" content="{LOOK_AGAIN_SECONDS}">')
    return page(
        language=view.language, title=message.title, inside=inside, path=view.path, head=head
    )


def unchanging() -> dict[str, bytes]:
    """Every page that no calendar changes, by a name of its own: what the build packs."""
    views = [
        View(language, path, looks, looks_again)
        for language, path, looks, looks_again in product(
            LANGUAGES, PATHS, (True, False), (True, False)
        )
    ]
    return {
        f"{hold.value} {view}": _document(hold, view).encode()
        for hold in _UNCHANGING
        for view in views
    }


def warm(facts: Facts, now: datetime) -> None:
    """Make what a fresh door will be asked for, before it is asked."""
    for language in LANGUAGES:
        for hold in _UNCHANGING:
            passing_page(hold, View(language))
        lasting_page(Hold.BEFORE, View(language), facts, REGISTRATION, now)
        lasting_page(Hold.CLOSED, View(language), facts, REGISTRATION, now)
