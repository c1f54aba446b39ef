"""Why nothing is taken in now, in words: paused, full, waiting, before, preparing, closed, unknown.

Full is not broken. Each text says what happened, what of it is true for the reader, and when to
come back.
"""

from datetime import datetime, timedelta
from enum import Enum
from http import HTTPStatus

from gelombang.frontdoor.calendar import REGISTRATION, DoorState, Facts, Subject
from gelombang.frontdoor.told import Message
from gelombang.kit.instants import show_eastern_zones, show_instant
from gelombang.kit.words import Text

LOOK_AGAIN_SECONDS = 20
"""After this long a page that waits looks again by itself; people came spread and stay so."""


class Hold(Enum):
    """Why nothing is taken in; the value is its code for machines."""

    PAUSED = "paused"
    """PostgreSQL is away, or an operator paused the door."""
    FULL = "full"
    """More is waiting than may wait."""
    WAITING = "waiting"
    """The database is away and the reader's turn has not come; the ticket is in the cookie."""
    BEFORE = "not-open-yet"
    """The calendar opens it later."""
    PREPARING = "preparing"
    """Its opening instant is over, but nobody has signed the opening off."""
    CLOSED = "closed"
    """The calendar closed it."""
    UNANNOUNCED = "not-announced"
    """The calendar does not have it."""

    @property
    def is_passing(self) -> bool:
        """Whether trying again in a moment may work: 429 instead of 409."""
        return self in (Hold.PAUSED, Hold.FULL)

    @property
    def looks_again(self) -> bool:
        """Whether a page that says it looks again by itself."""
        return self.is_passing or self in (Hold.WAITING, Hold.PREPARING)

    @property
    def status(self) -> HTTPStatus:
        """How HTTP says it."""
        if self.is_passing:
            return HTTPStatus.TOO_MANY_REQUESTS
        return HTTPStatus.ACCEPTED if self is Hold.WAITING else HTTPStatus.CONFLICT


TITLES = {
    Hold.PAUSED: Text(id="Dijeda sebentar", en="Paused for a moment"),
    Hold.FULL: Text(id="Sedang sangat ramai", en="Very many people are here right now"),
    Hold.WAITING: Text(id="Anda dalam antrean", en="You are in the queue"),
    Hold.BEFORE: Text(id="{what} belum dibuka", en="{what} is not open yet"),
    Hold.PREPARING: Text(id="{what} sedang disiapkan", en="{what} is being prepared"),
    Hold.CLOSED: Text(id="{what} sudah ditutup", en="{what} is closed"),
    Hold.UNANNOUNCED: Text(id="{what} belum diumumkan", en="{what} is not announced yet"),
}
LEDES = {
    Hold.PAUSED: Text(
        id="Kami sedang merapikan sistem. Yang sudah terkirim tetap tersimpan.",
        en="We are putting our systems in order. What was sent is safe.",
    ),
    Hold.FULL: Text(
        id="Giliran Anda belum sampai. Tidak ada yang perlu Anda ulang.",
        en="It is not your turn yet. There is nothing you have to do again.",
    ),
    Hold.WAITING: Text(
        id="Tempat Anda sudah dicatat di peramban ini. Formulir terbuka saat giliran Anda tiba.",
        en="Your place is noted in this browser. The form opens when it is your turn.",
    ),
    Hold.PREPARING: Text(
        id="Jam bukanya sudah tiba, tetapi pemeriksaan terakhir belum selesai. Belum ada yang "
        "diterima, jadi Anda tidak ketinggalan.",
        en="Its opening time has come, but the last checks are not finished. Nothing is taken in "
        "yet, so you are missing nothing.",
    ),
}
NOT_RECORDED = {
    Hold.PAUSED: Text(
        id="Kami sedang merapikan sistem. Kiriman ini belum kami catat.",
        en="We are putting our systems in order. This submission is not recorded yet.",
    ),
    Hold.FULL: Text(
        id="Giliran Anda belum sampai. Kiriman ini belum kami catat.",
        en="It is not your turn yet. This submission is not recorded yet.",
    ),
}
NO_HURRY = Text(
    id="Bukan siapa cepat: peserta dipilih dengan undian. "
    "Datang lebih cepat tidak menambah peluang.",
    en="Speed wins nothing: participants are drawn by lot. "
    "Coming sooner does not raise your chances.",
)
OPENS = Text(id="Dibuka {at} ({zones}).", en="It opens on {at} ({zones}).")
OPENS_IN = Text(id="Sekitar {left} lagi.", en="That is in about {left}.")
TO_PREPARE = Text(
    id="Sambil menunggu, siapkan KTP, Kartu Keluarga, nomor ponsel, dan alamat surel yang bisa "
    "dibuka.",
    en="Meanwhile, get your identity card, family card, phone number and an e-mail address that "
    "you can open.",
)
CLOSED = Text(id="Ditutup {at} ({zones}).", en="It closed on {at} ({zones}).")
NEXT = Text(id="{what} dibuka {at} ({zones}).", en="{what} opens on {at} ({zones}).")
ALREADY_IN = Text(
    id="Sudah terdaftar? Masuk dengan alamat surel Anda untuk melihat status.",
    en="Registered already? Sign in with your e-mail address to see your status.",
)
WATCH_HOME = Text(
    id="Jadwalnya akan tampil di beranda begitu diumumkan.",
    en="The home page will show the calendar as soon as it is announced.",
)
SLOWED = Message(
    "paced",
    HTTPStatus.TOO_MANY_REQUESTS,
    Text(id="Banyak kiriman dari jaringan Anda", en="Much is sent from your network right now"),
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
SLOWED_READING = Message(
    "paced",
    HTTPStatus.TOO_MANY_REQUESTS,
    Text(
        id="Banyak halaman dibuka dari jaringan Anda", en="Many pages are opened from your network"
    ),
    (
        Text(
            id="Mungkin banyak orang memakai sambungan yang sama. Halaman ini terbuka sendiri "
            "sebentar lagi. Yang sudah terkirim tetap tersimpan.",
            en="Perhaps many people share one connection. This page opens by itself in a moment. "
            "What was sent is safe.",
        ),
        NO_HURRY,
    ),
)
REGISTRATION_NAME = Text(id="Pendaftaran", en="Registration")
DAYS = Text(id="{n} hari", en="{n} days")
HOURS = Text(id="{n} jam", en="{n} hours")
MINUTES = Text(id="{n} menit", en="{n} minutes")


HOLDS = {
    DoorState.PAUSED: Hold.PAUSED,
    DoorState.BEFORE: Hold.BEFORE,
    DoorState.PREPARING: Hold.PREPARING,
    DoorState.CLOSED: Hold.CLOSED,
    DoorState.UNANNOUNCED: Hold.UNANNOUNCED,
}


def held_at(facts: Facts, subject: str, now: datetime) -> Hold | None:
    """Why the calendar takes nothing in for `subject` at `now`; None when it is open."""
    if not facts.known:
        return Hold.PAUSED
    return HOLDS.get(facts.state(subject, now))


def not_recorded(hold: Hold) -> Message:
    """For somebody who sent something that was not taken in."""
    return Message(hold.value, hold.status, TITLES[hold], (NOT_RECORDED[hold], NO_HURRY))


def passing(hold: Hold) -> Message:
    """For somebody who only looks, where nothing of it depends on the calendar."""
    return Message(hold.value, hold.status, TITLES[hold], (LEDES[hold], NO_HURRY))


def lasting(
    hold: Hold, subject: str, found: Subject | None, following: Subject | None, now: datetime
) -> Message:
    """What the calendar says of a subject that is not open at the virtual instant `now`.

    `found` is its line of the calendar, `following` the wave that opens next.
    """
    title = TITLES[hold].fill_from(what=subject_name(found, subject))
    words: tuple[Text, ...] = (WATCH_HOME,)
    if hold is Hold.PREPARING:
        words = (LEDES[hold], NO_HURRY)
    if hold is Hold.BEFORE and found is not None:
        words = _before(found, now)
    if hold is Hold.CLOSED and found is not None and found.closes_at is not None:
        words = (dated(CLOSED, found.closes_at), *opening_sentence(following), ALREADY_IN)
    return Message(hold.value, hold.status, title, words)


def _before(found: Subject, now: datetime) -> tuple[Text, ...]:
    left = OPENS_IN.fill_from(left=time_left(found.opens_at - now))
    to_prepare = (TO_PREPARE,) if found.subject == REGISTRATION else ()
    return (dated(OPENS, found.opens_at), left, NO_HURRY, *to_prepare)


def subject_name(subject: Subject | None, name: str) -> Text:
    """How people call a subject of the calendar: `Gelombang 2` is `Wave 2` in English."""
    if name == REGISTRATION:
        return REGISTRATION_NAME
    found = (subject.name if subject else "") or name
    return Text(id=found, en=found.replace("Gelombang", "Wave", 1))


def opening_sentence(following: Subject | None) -> tuple[Text, ...]:
    """When the next wave opens, as far as it is announced."""
    if following is None:
        return ()
    name = subject_name(following, following.subject)
    return (dated(NEXT, following.opens_at, what=name),)


def dated(sentence: Text, at: datetime, **slots: Text) -> Text:
    """The sentence with its instant in words, weekday and the three zones."""
    moment, zones = show_instant(at, weekday=True), show_eastern_zones(at)
    return sentence.fill_from(at=moment, zones=zones, **slots)


def time_left(left: timedelta) -> Text:
    """`2 hari 4 jam`, `4 jam 10 menit`, `5 menit`: two units at most, never below a minute."""
    minutes = max(1, -(-int(left.total_seconds()) // 60))
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    units = [(DAYS, days), (HOURS, hours), (MINUTES, minutes)]
    first = next(i for i, (_, count) in enumerate(units) if count)
    shown = [unit.fill(n=count) for unit, count in units[first : first + 2] if count]
    return Text(id=" ".join(each.id for each in shown), en=" ".join(each.en for each in shown))
