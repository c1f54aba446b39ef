"""The home page, true in every state: announced, before opening, open, paused, closed.

It is made from memory alone, so that it stays up with PostgreSQL and the house down, and made
again only when something on it changes.
"""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from urllib.parse import urlsplit

from gelombang.frontdoor import answers
from gelombang.frontdoor.calendar import REGISTRATION, AreaStage, DoorState, Facts, Subject
from gelombang.frontdoor.core import Request, Response
from gelombang.frontdoor.desk import Desk
from gelombang.frontdoor.funnel import Figures
from gelombang.frontdoor.pages import NOTHING, Markup, page, part
from gelombang.frontdoor.prepared import Prepared, prepare_quickly
from gelombang.frontdoor.reasons import LEDES, Hold, opening_sentence, subject_name, time_left
from gelombang.kit.figures import show_percent
from gelombang.kit.instants import show_instant, show_three_zones
from gelombang.kit.money import show_count
from gelombang.kit.words import Language, Text

WAVE_OPEN = Text(id="{wave} dibuka sampai {at}", en="{wave} is open until {at}")
WAVE_OPEN_ENDLESS = Text(id="{wave} dibuka", en="{wave} is open")
OPEN = Text(id="Pendaftaran dibuka", en="Registration is open")
BEFORE = Text(id="Pendaftaran dibuka {at}", en="Registration opens on {at}")
PAUSED = Text(id="Pendaftaran dijeda sebentar", en="Registration is paused for a moment")
PREPARING = Text(id="Pendaftaran sedang disiapkan", en="Registration is being prepared")
CLOSED = Text(id="Pendaftaran sudah ditutup", en="Registration is closed")
UNANNOUNCED = Text(
    id="Jadwal pendaftaran belum diumumkan", en="The date of registration is not announced yet"
)
BY_AREA = Text(
    id="Bergabung dibuka menurut provinsi tempat tinggal yang dipastikan Dukcapil. Mendaftar boleh "
    "sekarang, dari mana saja.",
    en="Joining opens by the province of residence that the civil registry confirms. You may "
    "register now, from anywhere.",
)
AREA_OPEN = Text(id="{area}: sudah boleh bergabung.", en="{area}: may join now.")
AREA_LATER = Text(id="{area}: mulai {at}.", en="{area}: from {at}.")
ZONES = Text(id="Pukul {zones}.", en="At {zones}.")
LEFT = Text(id="Dibuka dalam {left}. Pukul {zones}.", en="Opens in {left}. At {zones}.")
PAUSED_WORDS = Text(
    id="Kami sedang merapikan sistem. Yang sudah terkirim tetap tersimpan. "
    "Coba lagi sebentar lagi.",
    en="We are putting our systems in order. What was sent is safe. Try again in a moment.",
)
CLOSED_WORDS = Text(
    id="Sudah terdaftar? Masuk untuk melihat status.",
    en="Registered already? Sign in to see your status.",
)
TO_REGISTER = (Text(id="Daftar sekarang", en="Register now"), "/daftar")
TO_SIGN_IN = (Text(id="Masuk", en="Sign in"), "/masuk")


@dataclass(frozen=True, slots=True)
class Hero:
    """What the top of the page says."""

    heading: Text
    words: tuple[Text, ...]
    link: tuple[Text, str] | None


_HELD = {
    DoorState.PAUSED: Hero(PAUSED, (PAUSED_WORDS,), None),
    DoorState.PREPARING: Hero(PREPARING, (LEDES[Hold.PREPARING],), None),
}


class Landing:
    """Makes the page and keeps the last one of each language."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._site = urlsplit(desk.config.base_url).netloc
        self._kept: dict[Language, tuple[object, Prepared]] = {}

    async def show(self, request: Request) -> Response:
        """`GET /`: 200 with the page, or 304 when the reader has it."""
        made = self._made(request.language(), request.now)
        headers = (
            ("etag", made.etag),
            ("cache-control", "no-cache"),
            ("vary", "Cookie, Accept-Language, Accept-Encoding"),
        )
        if request.headers.get("if-none-match") == made.etag:
            return Response(HTTPStatus.NOT_MODIFIED, b"", headers)
        body, coded = made.chosen(request.headers.get("accept-encoding", ""))
        return Response(HTTPStatus.OK, body, (*headers, answers.HTML, *coded))

    def _made(self, language: Language, now: datetime) -> Prepared:
        minute = now.replace(second=0, microsecond=0)
        hero = hero_of(self._desk.calendar.facts, now, reachable=self._desk.calendar.answers)
        state = (hero, self._desk.funnel.figures, minute)
        kept = self._kept.get(language)
        if kept is not None and kept[0] == state:
            return kept[1]
        document = landing_page(
            language, hero, self._desk.funnel.figures, made_at=minute, site=self._site
        )
        made = prepare_quickly(document.encode())
        self._kept[language] = (state, made)
        return made


def hero_of(facts: Facts, now: datetime, *, reachable: bool) -> Hero:
    """The state of the programme in one heading, pure."""
    registration = facts.subjects.get(REGISTRATION)
    state = facts.state(REGISTRATION, now)
    if not facts.known or (not reachable and state is DoorState.OPEN):
        state = DoorState.PAUSED
    if state in _HELD:
        return _HELD[state]
    if registration is not None and state is DoorState.BEFORE:
        return _before(registration, now)
    if (wave := facts.open_wave(now)) is not None:
        stages = facts.stages_of(wave.subject)
        return _wave_open(wave, stages, now, registering=state is DoorState.OPEN)
    following = opening_sentence(facts.next_wave(now))
    if state is DoorState.OPEN:
        return Hero(OPEN, following, TO_REGISTER)
    if state is DoorState.CLOSED:
        return Hero(CLOSED, (*following, CLOSED_WORDS), TO_SIGN_IN)
    return Hero(UNANNOUNCED, (), None)


def _wave_open(
    wave: Subject, stages: tuple[AreaStage, ...], now: datetime, *, registering: bool
) -> Hero:
    name = subject_name(wave, wave.subject)
    link = TO_REGISTER if registering else TO_SIGN_IN
    if wave.closes_at is None:
        return Hero(WAVE_OPEN_ENDLESS.fill_from(wave=name), (), link)
    heading = WAVE_OPEN.fill_from(wave=name, at=show_instant(wave.closes_at, weekday=True))
    words = ZONES.fill_from(zones=show_three_zones(wave.closes_at))
    return Hero(heading, (words, *_area_sentences(stages, now)), link)


def _area_sentences(stages: tuple[AreaStage, ...], now: datetime) -> tuple[Text, ...]:
    """Which areas may join already and which later; nothing where all may."""
    if all(each.opens_at <= now for each in stages):
        return ()
    told = [_area_sentence(each, now) for each in stages]
    return (BY_AREA, *told)


def _area_sentence(stage: AreaStage, now: datetime) -> Text:
    area = Text(id=stage.name, en=stage.name_en)
    if stage.opens_at <= now:
        return AREA_OPEN.fill_from(area=area)
    return AREA_LATER.fill_from(area=area, at=show_instant(stage.opens_at, weekday=True))


def _before(registration: Subject, now: datetime) -> Hero:
    opens = registration.opens_at
    heading = BEFORE.fill_from(at=show_instant(opens, weekday=True))
    words = LEFT.fill_from(left=time_left(opens - now), zones=show_three_zones(opens))
    return Hero(heading, (words,), None)


def landing_page(
    language: Language, hero: Hero, figures: Figures | None, *, made_at: datetime, site: str
) -> Markup:
    """The whole page, pure."""
    when = (part("paragraph", language, words=each.in_language(language)) for each in hero.words)
    action = NOTHING
    if hero.link is not None:
        label = hero.link[0].in_language(language)
        action = part("link", language, target=hero.link[1], label=label)
    inside = part(
        "beranda",
        language,
        heading=hero.heading.in_language(language),
        when=Markup("".join(when)),
        action=action,
        figures=_figures(language, figures) if figures else NOTHING,
        site=site,
        made=show_instant(made_at).in_language(language),
    )
    return page(language=language, title=hero.heading, inside=inside, path="/")


def _figures(language: Language, figures: Figures) -> Markup:
    whole = figures.registered
    slots: dict[str, str] = {"as_of": show_instant(figures.as_of).in_language(language)}
    for name in ("registered", "email_verified", "nik_verified", "joined"):
        count: int = getattr(figures, name)
        shown = show_count(count, language)
        share = show_percent(count, whole, language)
        slots[name] = shown if name == "registered" else f"{shown} · {share}"
        slots[f"{name}_bar"] = part("bar", language, width=str(_width(count, whole)))
    return part("angka", language, **slots)


def _width(count: int, whole: int) -> float:
    """The width of a bar in percent, with one decimal; a picture, not a figure."""
    return min(1000, round(count * 1000 / whole)) / 10 if whole > 0 else 0
