"""The catcher's pages: an inbox and a letter, in both languages, without script."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from html import escape
from importlib import resources
from urllib.parse import quote

from gelombang.gateways.messaging.catch import Caught
from gelombang.kit.clock import WIB
from gelombang.kit.money import show_count
from gelombang.kit.words import Language, Text

_LINK = re.compile(r"https?://[^\s<>\"']+")
_TITLE = Text(id="Kotak surel percobaan", en="Trial mailbox")
_INTRO = Text(
    id="Surel yang dikirim sistem ini berhenti di sini dan tidak sampai ke siapa pun.",
    en="Mail from this system stops here and reaches nobody.",
)
_SEARCH = Text(id="Cari alamat", en="Search an address")
_FIND = Text(id="Cari", en="Search")
_ALL = Text(id="Semua surel", en="All mail")
_TO = Text(id="Kepada", en="To")
_SUBJECT = Text(id="Perihal", en="Subject")
_ARRIVED = Text(id="Tiba", en="Arrived")
_BACK = Text(id="Kembali ke kotak surel", en="Back to the mailbox")
_EMPTY = Text(
    id="Belum ada surel. Muat ulang halaman ini sebentar lagi.",
    en="No mail yet. Reload this page in a moment.",
)
_NOTHING = Text(id="Tidak ada surel untuk alamat itu.", en="There is no mail to that address.")
_COUNT = Text(id="{shown} dari {known} surel, terbaru di atas.",
              en="{shown} of {known} mails, newest first.")  # fmt: skip
_FORGOT = Text(
    id="{count} surel lama sudah dilupakan, karena kotak ini menyimpan paling banyak {most}.",
    en="{count} older mails were forgotten, since this mailbox keeps at most {most}.",
)
_MISSING = Text(
    id="Surel ini tidak ada, atau sudah dilupakan.",
    en="This mail does not exist, or was forgotten.",
)

_WAVES = (
    '<svg width="34" height="24" viewBox="0 0 34 24" aria-hidden="true">'
    '<path d="M1 17c5 0 5-6 10-6s5 6 10 6 5-6 12-6" fill="none" stroke="#6cc6d9" stroke-width="4" '
    'stroke-linecap="round"/><path d="M1 9c5 0 5-6 10-6s5 6 10 6 5-6 12-6" fill="none" '
    'stroke="#fff" stroke-width="4" stroke-linecap="round"/></svg>'
)


def inbox(
    mails: Sequence[Caught], *, search: str, known: int, forgotten: int, most: int,
    language: Language,
) -> str:  # fmt: skip
    """The newest mails, with a search by address."""
    say = _speaker(language)
    nothing = _NOTHING if search else _EMPTY
    rows = "".join(_row(mail) for mail in mails)
    listed = f"<ul>{rows}</ul>" if rows else f"<p>{say(nothing)}</p>"
    parts = [
        f"<h1>{say(_TITLE)}</h1><p class=soft>{say(_INTRO)}</p>",
        _search_form(search, language),
        _forgot(forgotten, most, language),
        f"<p class=soft>{say(_shown(len(mails), known, language))}</p>{listed}",
    ]
    return _page(_TITLE, "".join(parts), language)


def letter(mail: Caught, *, language: Language) -> str:
    """One mail, its links ready to be followed."""
    say = _speaker(language)
    facts = (
        f"<dl><dt>{say(_TO)}</dt><dd><a href='/?to={quote(mail.to)}'>{escape(mail.to)}</a></dd>"
        f"<dt>{say(_ARRIVED)}</dt><dd>{_instant(mail)}</dd></dl>"
    )
    body = (
        f"<p><a href='/'>{say(_BACK)}</a></p><h1>{escape(mail.subject)}</h1>{facts}"
        f"<div class=letter>{with_links(mail.body)}</div>"
    )
    return _page(_TITLE, body, language)


def missing(*, language: Language) -> str:
    """The page for a number that is unknown."""
    say = _speaker(language)
    body = f"<h1>{say(_MISSING)}</h1><p><a href='/'>{say(_BACK)}</a></p>"
    return _page(_TITLE, body, language)


def style() -> str:
    """The pages' small stylesheet."""
    return (resources.files(__package__) / "mailbox.css").read_text(encoding="utf-8")


def with_links(text: str) -> str:
    """The text as HTML, every web address in it a link; everything else is escaped."""
    parts, end = [], 0
    for found in _LINK.finditer(text):
        address = found.group().rstrip(".,;:!?)")
        parts.append(escape(text[end : found.start()]))
        parts.append(f'<a href="{escape(address)}" rel="noreferrer">{escape(address)}</a>')
        end = found.start() + len(address)
    return "".join([*parts, escape(text[end:])])


def _speaker(language: Language) -> Callable[[Text], str]:
    return lambda text: escape(text.in_language(language))


def _row(mail: Caught) -> str:
    return (
        f"<li><a href='/messages/{mail.id}'>{escape(mail.subject) or '–'}</a>"
        f"<span>{escape(mail.to)}</span>{_instant(mail)}</li>"
    )


def _instant(mail: Caught) -> str:
    local = datetime.fromisoformat(mail.received_at).astimezone(WIB)
    return f"<time datetime='{escape(mail.received_at)}'>{local:%H.%M.%S} WIB</time>"


def _search_form(search: str, language: Language) -> str:
    say = _speaker(language)
    everything = f"<p><a href='/'>{say(_ALL)}</a></p>" if search else ""
    return (
        f"<form role=search><label>{say(_SEARCH)}<input name=to value='{escape(search)}' "
        f"autocomplete=off inputmode=email></label><button>{say(_FIND)}</button></form>{everything}"
    )


def _shown(shown: int, known: int, language: Language) -> Text:
    return _COUNT.fill(shown=show_count(shown, language), known=show_count(known, language))


def _forgot(forgotten: int, most: int, language: Language) -> str:
    if not forgotten:
        return ""
    text = _FORGOT.fill(count=show_count(forgotten, language), most=show_count(most, language))
    return f"<p class=note>{_speaker(language)(text)}</p>"


def _page(title: Text, body: str, language: Language) -> str:
    other, name = ("id", "Bahasa Indonesia") if language == "en" else ("en", "English")
    return (
        f"<!doctype html><html lang={language}><meta charset=utf-8>"
        f'<meta name=viewport content="width=device-width,initial-scale=1">'
        f"<title>{_speaker(language)(title)}</title><link rel=stylesheet href=/kotak.css>"
        f"<header><div><a href=/>{_WAVES}{_speaker(language)(title)}</a>"
        f"<a href='/bahasa/{other}' lang={other} hreflang={other}>{name}</a></div></header>"
        f"<main>{body}</main></html>"
    )
