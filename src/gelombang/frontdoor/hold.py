"""What people hear when nothing can be taken in now: paused, full, before, closed, unannounced.

Full is not broken. Nobody meets an error page, what was typed is kept, and it says when to return.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from gelombang.frontdoor import answers
from gelombang.frontdoor.calendar import REGISTRATION, Facts, Hold, Subject
from gelombang.frontdoor.core import Request, Response
from gelombang.frontdoor.desk import Desk
from gelombang.frontdoor.line import Away
from gelombang.frontdoor.pages import Markup, page, part
from gelombang.frontdoor.tables import IntakeRow
from gelombang.frontdoor.told import HOME, Message, tell
from gelombang.frontdoor.writer import Intake, Outcome, QueueFull
from gelombang.kit.instants import show_instant, show_three_zones
from gelombang.kit.words import Text

MOST_SPREAD = 5  # seconds, so that who was slowed together does not return together
SHORTEST_RETRY, LONGEST_RETRY = 10, 30  # seconds, spread so that nobody returns all at once
PREPARING_RETRY = 60  # seconds
LONGEST_WAIT = 3600  # seconds that a closed door asks a machine to wait at most


@dataclass(frozen=True, slots=True)
class Kept:
    """A form that is sent again with the same nonce."""

    action: str
    fields: Mapping[str, str]


TITLES = {
    Hold.PAUSED: Text(id="Dijeda sebentar", en="Paused for a moment"),
    Hold.FULL: Text(id="Sedang sangat ramai", en="Very many people are here right now"),
    Hold.BEFORE: Text(id="{what} belum dibuka", en="{what} is not open yet"),
    Hold.PREPARING: Text(id="{what} sedang disiapkan", en="{what} is being prepared"),
    Hold.CLOSED: Text(id="{what} sudah ditutup", en="{what} is closed"),
    Hold.UNANNOUNCED: Text(id="{what} belum diumumkan", en="{what} is not announced yet"),
}
PAUSED = Text(
    id="Kami sedang merapikan sistem. Kiriman ini belum kami catat.",
    en="We are putting our systems in order. This submission is not recorded yet.",
)
PAUSED_LOOK = Text(
    id="Kami sedang merapikan sistem. Halaman ini mencoba lagi sendiri dalam {seconds} detik.",
    en="We are putting our systems in order. This page tries again by itself in {seconds} seconds.",
)
FULL = Text(
    id="Giliran Anda belum sampai. Kiriman ini belum kami catat.",
    en="It is not your turn yet. This submission is not recorded yet.",
)
FULL_LOOK = Text(
    id="Giliran Anda belum sampai. Halaman ini mencoba lagi sendiri dalam {seconds} detik.",
    en="It is not your turn yet. This page tries again by itself in {seconds} seconds.",
)
NO_HURRY = Text(
    id="Tidak perlu berebut: peserta dipilih dengan undian. "
    "Datang lebih cepat tidak menambah peluang.",
    en="There is no race: participants are drawn by lot. "
    "Coming sooner does not raise your chances.",
)
OPENS = Text(id="Dibuka {at} ({zones}).", en="It opens on {at} ({zones}).")
CLOSED = Text(id="Ditutup {at} ({zones}).", en="It closed on {at} ({zones}).")
NEXT = Text(id="{what} dibuka {at} ({zones}).", en="{what} opens on {at} ({zones}).")
ALREADY_IN = Text(
    id="Sudah terdaftar? Masuk dengan alamat surel Anda untuk melihat status.",
    en="Registered already? Sign in with your e-mail address to see your status.",
)
PREPARING = Text(
    id="Waktunya sudah tiba, tetapi kami masih memastikan semuanya siap. Coba lagi sebentar lagi.",
    en="The time has come, but we are still making sure that all is ready. Try again in a moment.",
)
WATCH_HOME = Text(
    id="Jadwalnya akan tampil di beranda begitu diumumkan.",
    en="The home page will show the calendar as soon as it is announced.",
)
SLOWED_TITLE = Text(
    id="Banyak kiriman dari jaringan Anda", en="Much is sent from your network right now"
)
SLOWED = Message(
    "paced",
    HTTPStatus.TOO_MANY_REQUESTS,
    SLOWED_TITLE,
    (
        Text(
            id="Mungkin banyak orang memakai sambungan yang sama. Kiriman ini belum kami catat. "
            "Coba lagi sebentar lagi.",
            en="Perhaps many people share one connection. This submission is not recorded yet. "
            "Try again in a moment.",
        ),
        NO_HURRY,
    ),
)
REGISTRATION_NAME = Text(id="Pendaftaran", en="Registration")


async def take(intake: Intake, row: IntakeRow, *, is_open: bool = True) -> Outcome | Hold:
    """Commit the row, or say why not. While the door is held, a key that is known keeps its answer.

    So a retry after a lost answer works even when the close has come between; a key that nobody
    sent before is then ABSENT.
    """
    try:
        return await (intake.store(row) if is_open else intake.recall(row))
    except Away:
        return Hold.PAUSED
    except QueueFull:
        return Hold.FULL


def slowed(request: Request, seconds: float, *, kept: Kept | None = None) -> Response:
    """429 for who is too fast; a form is kept and sends itself again, by when it may."""
    whole = max(1, -(-round(seconds * 10) // 10)) + random.randint(0, MOST_SPREAD)  # noqa: S311 - jitter
    if kept is not None:
        return _again(request, kept, SLOWED, whole)
    headers = (("retry-after", str(whole)),)
    refresh = whole if request.method != "POST" else None
    return tell(request, SLOWED, link=HOME, headers=headers, refresh_seconds=refresh)


def held(
    desk: Desk, request: Request, hold: Hold, *, subject: str, kept: Kept | None = None
) -> Response:
    """The answer for a machine or a person, with `Retry-After`."""
    facts = desk.calendar.facts
    seconds = _retry_after(facts, hold, subject, request.now)
    headers = (("retry-after", str(seconds)),)
    if not hold.is_passing:
        message = _lasting(facts, hold, subject, request.now)
        return tell(request, message, link=HOME, headers=headers)
    if kept is not None:
        return _again(request, kept, _passing(hold, seconds, looks=False), seconds)
    message = _passing(hold, seconds, looks=request.method != "POST")
    link = None if request.method != "POST" else HOME
    refresh = seconds if request.method != "POST" else None
    return tell(request, message, link=link, headers=headers, refresh_seconds=refresh)


def subject_name(subject: Subject | None, name: str) -> Text:
    """How people call a subject of the calendar: `Gelombang 2` is `Wave 2` in English."""
    if name == REGISTRATION:
        return REGISTRATION_NAME
    found = (subject.name if subject else "") or name
    return Text(id=found, en=found.replace("Gelombang", "Wave", 1))


def _passing(hold: Hold, seconds: int, *, looks: bool) -> Message:
    words = {Hold.PAUSED: (PAUSED, PAUSED_LOOK), Hold.FULL: (FULL, FULL_LOOK)}[hold]
    lede = words[1].fill(seconds=seconds) if looks else words[0]
    return Message(hold.value, HTTPStatus.TOO_MANY_REQUESTS, TITLES[hold], (lede, NO_HURRY))


def _again(request: Request, kept: Kept, message: Message, seconds: int) -> Response:
    """The form kept, with the same nonce: a button sends it again, or a small script does."""
    language = request.language()
    fields = (part("kept", language, name=n, value=v) for n, v in kept.fields.items())
    inside = part(
        "ulang",
        language,
        heading=message.title.in_language(language),
        lede=message.words[0].in_language(language),
        seconds=str(seconds),
        action=kept.action,
        fields=Markup("".join(fields)),
    )
    document = page(language=language, title=message.title, inside=inside, path="/")
    headers = (
        ("retry-after", str(seconds)),
        ("content-security-policy", answers.OWN_SCRIPTS),
    )
    return answers.shown(document, status=message.status, headers=headers)


def _lasting(facts: Facts, hold: Hold, subject: str, now: datetime) -> Message:
    found = facts.subjects.get(subject)
    title = TITLES[hold].fill_from(what=subject_name(found, subject))
    words: tuple[Text, ...] = (WATCH_HOME,)
    if hold is Hold.PREPARING:
        words = (PREPARING, NO_HURRY)
    if hold is Hold.BEFORE and found is not None:
        words = (dated(OPENS, found.opens_at), NO_HURRY)
    if hold is Hold.CLOSED and found is not None and found.closes_at is not None:
        following = next_wave_sentence(facts, now)
        words = (dated(CLOSED, found.closes_at), *following, ALREADY_IN)
    return Message(hold.value, HTTPStatus.CONFLICT, title, words)


def next_wave_sentence(facts: Facts, now: datetime) -> tuple[Text, ...]:
    """When the next wave opens, as far as it is announced."""
    following = facts.next_wave(now)
    if following is None:
        return ()
    name = subject_name(following, following.subject)
    return (dated(NEXT, following.opens_at, what=name),)


def dated(sentence: Text, at: datetime, **slots: Text) -> Text:
    """The sentence with its instant in words, weekday and the three zones."""
    moment, zones = show_instant(at, weekday=True), show_three_zones(at)
    return sentence.fill_from(at=moment, zones=zones, **slots)


def _retry_after(facts: Facts, hold: Hold, subject: str, now: datetime) -> int:
    if hold.is_passing:
        return random.randint(SHORTEST_RETRY, LONGEST_RETRY)  # noqa: S311 - jitter, no secret
    found = facts.subjects.get(subject)
    if hold is Hold.PREPARING:
        return PREPARING_RETRY
    if hold is Hold.BEFORE and found is not None:
        return max(1, min(LONGEST_WAIT, round((found.opens_at - now).total_seconds())))
    return LONGEST_WAIT
