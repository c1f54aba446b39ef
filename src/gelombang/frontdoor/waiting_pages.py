"""The pages of the waiting room. Whoever calls them counts; they put the counts into words.

Nothing is looked up and nothing is kept: a page is a function of a ticket and of where it stands.
Its script (`assets/antrean.js`) goes on from the same numbers by the same rules.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

import segno

from gelombang.frontdoor.calendar import REGISTRATION
from gelombang.frontdoor.hold import Kept
from gelombang.frontdoor.pages import NOTHING, Markup, escape, page, part
from gelombang.frontdoor.reasons import OPENS, dated
from gelombang.frontdoor.told import HOME
from gelombang.kit.clock import WIB
from gelombang.kit.money import show_count
from gelombang.kit.words import Language, Text


class Stage(Enum):
    """Where a ticket stands; the value is the `state` of `/antrean.json` that goes with it."""

    PREPARING = "preparing"
    """Nothing is open yet: everybody here gets a random place at the opening instant."""
    WAITING = "open"
    """Others come first."""
    TURN = "turn"
    """The form is open for this ticket."""
    PAUSED = "paused"
    """Nobody is let in for the moment; the place stays."""
    CLOSED = "closed"
    """The door closed after the ticket was given: it keeps the right to finish."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a ticket stands at one instant."""

    stage: Stage
    as_of: datetime
    """The virtual instant of the counts."""
    ahead: int | None = None
    """People before this one; None where nobody can count them."""
    minutes: tuple[int, int] | None = None
    """The band of the wait, from and to; None where nobody can tell."""
    look_seconds: int = 20
    """When the script looks first; then it goes on by the rules of `waiting.py`."""
    place_at: int = 0
    """The place on the scale of the watermark (microseconds): the turn comes when it gets there."""
    watermark: int = 0
    """How far the watermark was at `as_of`, on the same scale."""
    opens_at: datetime | None = None
    """When it opens, for PREPARING."""
    finish_until: datetime | None = None
    """Until when a turn is good; None where no close is announced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketLinks:
    """The addresses that belong to a ticket."""

    ticket: str
    form: str
    """Where the turn leads: `/daftar?tiket=…`."""
    site: str
    """The official address, without a slash at its end."""
    subject: str = REGISTRATION

    @property
    def back(self) -> str:
        """The path of the waiting page."""
        return f"/antrean/{self.ticket}"

    @property
    def link(self) -> str:
        """The same as somebody can type or scan it."""
        return f"{self.site}{self.back}"


TITLES: Mapping[Stage, Text] = {
    Stage.PREPARING: Text(id="Anda di ruang tunggu", en="You are in the waiting room"),
    Stage.WAITING: Text(id="Anda dalam antrean", en="You are in the queue"),
    Stage.TURN: Text(id="Giliran Anda sudah tiba", en="It is your turn"),
    Stage.PAUSED: Text(id="Antrean dijeda sebentar", en="The queue is paused for a moment"),
    Stage.CLOSED: Text(
        id="Sudah ditutup, tetapi tempat Anda tetap ada", en="It is closed, but your place stays"
    ),
}
LEDES: Mapping[Stage, Text] = {
    Stage.PREPARING: Text(id="Sebentar lagi dibuka.", en="It opens soon."),
    Stage.WAITING: Text(
        id="Anda sudah punya tempat. Tidak perlu menekan apa pun.",
        en="You have a place. There is nothing to press.",
    ),
    Stage.TURN: Text(id="Tidak perlu buru-buru.", en="There is no hurry."),
    Stage.PAUSED: Text(
        id="Kami sedang merapikan sistem. Tempat Anda tidak berubah.",
        en="We are putting our systems in order. Your place does not change.",
    ),
    Stage.CLOSED: Text(
        id="Tiket Anda dibuat sebelum penutupan. Saat giliran Anda tiba, Anda tetap boleh "
        "menyelesaikannya.",
        en="Your ticket is from before the close. When it is your turn, you may still finish.",
    ),
}
LASTS_UNTIL = Text(
    id="Giliran Anda berlaku sampai {at} ({zones}).",
    en="Your turn stays good until {at} ({zones}).",
)
LASTS = Text(
    id="Giliran Anda tidak hangus selama masih dibuka.",
    en="Your turn does not run out while it is open.",
)
SHUFFLED = Text(
    id="Saat dibuka, urutan semua orang di ruang ini diacak. Datang lebih awal tidak memberi "
    "tempat lebih depan.",
    en="When it opens, everybody in this room gets a random place. Coming early does not put "
    "you further ahead.",
)
CROWDED = Text(
    id="Banyak orang datang pada waktu yang sama. Kami menerima satu per satu menurut urutan "
    "tiket, supaya tidak ada kiriman yang hilang.",
    en="Many people come at the same time. We take them in one by one, in the order of their "
    "tickets, so that nothing is lost.",
)
TURN_OPENS = Text(
    id="Halaman ini membuka formulir sendiri. Terlambat kembali? {lasts}",
    en="This page opens the form by itself. Back late? {lasts}",
)
TURN_LASTS = Text(id="{lede} {lasts}", en="{lede} {lasts}")
GO_ON = Text(id="Lanjut ke formulir", en="Go on to the form")
BAND = Text(id="sekitar {low} sampai {high} menit", en="about {low} to {high} minutes")
BAND_UNKNOWN = Text(id="belum bisa dihitung", en="cannot be told yet")
CLOCK = Text(id="{at:%H.%M} WIB", en="{at:%H:%M} WIB")
KEPT_FOR_TURN = Text(
    id="Biarkan halaman ini terbuka: isian dikirim sendiri saat giliran Anda tiba. Tombol di "
    "bawah boleh ditekan kapan saja. Mengirim dua kali tetap dihitung satu.",
    en="Leave this page open: it is sent by itself when it is your turn. You may press the button "
    "below at any time. Sending twice counts once.",
)
KEPT_FOR_SECONDS = Text(
    id="Biarkan halaman ini terbuka: isian dikirim lagi sendiri dalam {seconds} detik. Kalau "
    "tidak, tunggu sebentar lalu tekan tombol di bawah. Mengirim dua kali tetap dihitung satu.",
    en="Leave this page open: it is sent again by itself in {seconds} seconds. If not, wait a "
    "moment and press the button below. Sending twice counts once.",
)
SLOW_TITLE = Text(id="Sebentar lagi", en="Just a moment")
SLOW_LEDE = Text(
    id="Perangkat ini belum mengirim bukti kerja. Itu tidak apa-apa: kiriman Anda lewat jalur "
    "lain, yang sedikit lebih lambat.",
    en="This device has not sent a proof of work. That is all right: what you send takes another "
    "lane, which is a little slower.",
)
SCRIPT = Markup('<script src="/antrean.js" defer></script>')
RESEND_SCRIPT = Markup('<script src="/ulang.js" defer></script>')


def waiting_page(
    language: Language,
    standing: Standing,
    links: TicketLinks,
    *,
    refresh_seconds: int | None = None,
    kept: Kept | None = None,
) -> Markup:
    """The page of a ticket. `refresh_seconds` renews it where no script runs; None leaves it still.

    With `kept` it carries a form that was sent too early, and never renews itself: that would lose
    the form. It needs `answers.OWN_SCRIPTS`, `no-store` and `no-referrer`.
    """
    is_renewed = refresh_seconds is not None and kept is None and standing.stage is not Stage.TURN
    head = NOTHING
    if is_renewed:
        tag = f'<meta http-equiv="refresh" content="{refresh_seconds}">'
        head = Markup(f"<noscript>{tag}</noscript>")
    inside = part(
        "antrean",
        language,
        data=_data(standing, links),
        heading=TITLES[standing.stage].in_language(language),
        lede=_lede(standing).in_language(language),
        action=_action(language, standing, links, kept),
        figures=_figures(language, standing),
        more=_more(language, standing, links, is_renewed=is_renewed),
    )
    return page(
        language=language,
        title=TITLES[standing.stage],
        inside=Markup(inside + SCRIPT),
        path=links.back,
        head=head,
    )


def slow_lane_page(language: Language, kept: Kept, *, seconds: int) -> Markup:
    """202 for a form without proof of work that came too early: kept, and sent again after a while.

    It needs `answers.OWN_SCRIPTS` and `no-store`.
    """
    inside = part(
        "antrean",
        language,
        data=NOTHING,
        heading=SLOW_TITLE.in_language(language),
        lede=SLOW_LEDE.in_language(language),
        action=_kept(language, kept, KEPT_FOR_SECONDS.fill(seconds=seconds), f'ulang="{seconds}"'),
        figures=NOTHING,
        more=NOTHING,
    )
    return page(
        language=language, title=SLOW_TITLE, inside=Markup(inside + RESEND_SCRIPT), path="/"
    )


def qr_svg(links: TicketLinks) -> bytes:
    """The link of a ticket as a picture that a phone reads: SVG, dark on white in every scheme."""
    code = segno.make(links.link, error="l", micro=False)
    inside = code.svg_inline(border=4, dark="#000", light="#fff", omitsize=True)
    return inside.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1).encode()


def _lede(standing: Standing) -> Text:
    if standing.stage is Stage.PREPARING and standing.opens_at is not None:
        return dated(OPENS, standing.opens_at)
    lede = LEDES[standing.stage]
    if standing.stage in {Stage.TURN, Stage.CLOSED}:
        return TURN_LASTS.fill_from(lede=lede, lasts=_lasts(standing))
    return lede


def _lasts(standing: Standing) -> Text:
    """How long a turn that has come is good; a close that is announced later ends it, too."""
    if standing.finish_until is None:
        return LASTS
    return dated(LASTS_UNTIL, standing.finish_until)


def _data(standing: Standing, links: TicketLinks) -> Markup:
    """What the script goes on from, as attributes."""
    values = {
        "antrean": standing.place_at,
        "dari": standing.watermark,
        "depan": "" if standing.ahead is None else standing.ahead,
        "keadaan": standing.stage.value,
        "untuk": links.subject,
        "ke": links.form,
        "lagi": standing.look_seconds,
        "sampai": standing.finish_until.isoformat() if standing.finish_until else "",
    }
    pairs = (f' data-{name}="{escape(str(value))}"' for name, value in values.items())
    return Markup("".join(pairs))


def _action(
    language: Language, standing: Standing, links: TicketLinks, kept: Kept | None
) -> Markup:
    if kept is not None:
        return _kept(language, kept, KEPT_FOR_TURN, "giliran")
    if standing.stage is Stage.TURN:
        return part("link", language, target=links.form, label=GO_ON.in_language(language))
    return NOTHING


def _kept(language: Language, kept: Kept, words: Text, attribute: str) -> Markup:
    fields = (part("kept", language, name=n, value=v) for n, v in kept.fields.items())
    return part(
        "antrean-isian",
        language,
        words=words.in_language(language),
        action=kept.action,
        attribute=Markup(f"data-{attribute}"),
        fields=Markup("".join(fields)),
    )


def _figures(language: Language, standing: Standing) -> Markup:
    if standing.ahead is None or standing.stage in {Stage.TURN, Stage.PREPARING}:
        return NOTHING
    at = standing.as_of.astimezone(WIB)
    return part(
        "antrean-angka",
        language,
        place=show_count(standing.ahead + 1, language),
        ahead=show_count(standing.ahead, language),
        band=band_in_words(standing.minutes).in_language(language),
        as_of=CLOCK.fill(at=at).in_language(language),
    )


def band_in_words(minutes: tuple[int, int] | None) -> Text:
    """`sekitar 20 sampai 35 menit`."""
    if minutes is None:
        return BAND_UNKNOWN
    return BAND.fill(low=minutes[0], high=minutes[1])


def _more(
    language: Language, standing: Standing, links: TicketLinks, *, is_renewed: bool
) -> Markup:
    if standing.stage is Stage.TURN:
        return NOTHING
    why = SHUFFLED if standing.stage is Stage.PREPARING else CROWDED
    renewal = part("antrean-segar", language, back=links.back) if is_renewed else NOTHING
    more = part(
        "antrean-lanjut",
        language,
        why=why.in_language(language),
        back=links.back,
        link=links.link,
        turn=TURN_OPENS.fill_from(lasts=_lasts(standing)).in_language(language),
        renewal=renewal,
    )
    return Markup(more + _way_home(language)) if standing.stage is Stage.CLOSED else more


def _way_home(language: Language) -> Markup:
    """For whoever will not wait for what has closed; where more is to come, the home page says."""
    label, target = HOME
    return part("antrean-tutup", language, target=target, label=label.in_language(language))
