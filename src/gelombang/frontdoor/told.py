"""One thing said and one way on: a page for people, a problem document for machines."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from gelombang.frontdoor import answers
from gelombang.frontdoor.core import Header, Request, Response
from gelombang.frontdoor.pages import NOTHING, Markup, page, part
from gelombang.kit.words import Language, Text

HOME = (Text(id="Ke beranda", en="To the home page"), "/")
Link = tuple[Text, str]
_TIME = re.compile(r"(\d\d[.:]\d\d) (?=WI(?:B|TA|T)\b)")


@dataclass(frozen=True, slots=True)
class Message:
    """What is said, in both languages; `code` is its stable name for machines."""

    code: str
    status: HTTPStatus
    title: Text
    words: tuple[Text, ...]


def tell(
    request: Request,
    message: Message,
    *,
    link: Link | None = HOME,
    headers: Sequence[Header] = (),
    refresh_seconds: int | None = None,
) -> Response:
    """The message as the reader needs it."""
    if request.is_api:
        return answers.trouble(
            request,
            code=message.code,
            status=message.status,
            title=message.title,
            detail=message.words[0],
            headers=headers,
        )
    language = request.language()
    head = NOTHING
    if refresh_seconds is not None:
        head = Markup(f'<meta http-equiv="refresh" content="{refresh_seconds}">')
    document = page(
        language=language,
        title=message.title,
        inside=inside(language, message, link=link),
        path=request.path if request.method in ("GET", "HEAD") else "/",
        head=head,
    )
    return answers.shown(document, status=message.status, headers=headers)


def inside(language: Language, message: Message, *, link: Link | None) -> Markup:
    """The inside of a page that says the message."""
    # A time and its zone stay on one line.
    lede, *more = (_TIME.sub("\\1\u00a0", each.in_language(language)) for each in message.words)
    paragraphs = [part("lede", language, words=lede)]
    paragraphs += [part("paragraph", language, words=each) for each in more]
    action = NOTHING
    if link is not None:
        action = part("link", language, target=link[1], label=link[0].in_language(language))
    heading = message.title.in_language(language)
    words = Markup("".join(paragraphs))
    return part("pesan", language, heading=heading, words=words, action=action)


NOT_FOUND = Message(
    "not-found",
    HTTPStatus.NOT_FOUND,
    Text(id="Halaman ini tidak ada", en="This page does not exist"),
    (
        Text(
            id="Mungkin alamatnya salah ketik, atau tautannya terpotong.",
            en="Perhaps the address was mistyped, or the link was cut off.",
        ),
        Text(
            id="Mulai lagi dari beranda. Yang sudah Anda kirim tetap tersimpan.",
            en="Start again from the home page. What you have sent is safe.",
        ),
    ),
)
UNKNOWN_RECEIPT = Message(
    "unknown-receipt",
    HTTPStatus.NOT_FOUND,
    Text(id="Nomor tanda terima ini tidak kami kenal", en="We do not know this receipt number"),
    (
        Text(
            id="Periksa lagi nomornya: 24 huruf dan angka, dalam enam kelompok.",
            en="Check the number: 24 letters and digits, in six groups.",
        ),
        Text(
            id="Sudah mendaftar? Masuk dengan alamat surel Anda untuk melihat status.",
            en="Registered already? Sign in with your e-mail address to see your status.",
        ),
    ),
)
WRONG_METHOD = Message(
    "method-not-allowed",
    HTTPStatus.METHOD_NOT_ALLOWED,
    Text(id="Alamat ini tidak dibuka dengan cara itu", en="This address does not work that way"),
    (
        Text(
            id="Buka halamannya dari beranda, lalu tekan tombol di sana.",
            en="Open the page from the home page and press its button.",
        ),
    ),
)
FOREIGN = Message(
    "foreign-form",
    HTTPStatus.FORBIDDEN,
    Text(id="Formulir ini dikirim dari situs lain", en="This form was sent from another site"),
    (
        Text(
            id="Hanya situs ini yang resmi. Buka beranda, lalu isi formulir di sini.",
            en="Only this site is official. Open the home page and fill in the form here.",
        ),
    ),
)
TOO_LARGE = Message(
    "body-too-large",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    Text(id="Kiriman ini terlalu besar", en="This is too large to send"),
    (
        Text(
            id="Formulir ini hanya menerima tulisan pendek. Kembali, persingkat, lalu kirim lagi.",
            en="This form takes short text only. Go back, shorten it and send it again.",
        ),
    ),
)
TOO_SLOW = Message(
    "body-too-slow",
    HTTPStatus.REQUEST_TIMEOUT,
    Text(id="Kiriman Anda terputus di jalan", en="Your submission was cut off on its way"),
    (
        Text(
            id="Jaringan Anda mungkin lambat. Kembali, lalu kirim lagi. Mengirim dua kali tidak "
            "apa-apa.",
            en="Your network may be slow. Go back and send again. Sending twice does no harm.",
        ),
    ),
)
NO_LENGTH = Message(
    "length-required",
    HTTPStatus.LENGTH_REQUIRED,
    Text(id="Panjang kiriman tidak disebutkan", en="The length of the body is not stated"),
    (
        Text(
            id="Kirim dengan kepala Content-Length.",
            en="Send it with a Content-Length header.",
        ),
    ),
)
WRONG_TYPE = Message(
    "media-type-not-supported",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    Text(id="Bentuk kiriman ini tidak kami kenal", en="We cannot read this kind of body"),
    (
        Text(
            id="Formulir dikirim sebagai application/x-www-form-urlencoded, data mesin sebagai "
            "application/json.",
            en="Forms are sent as application/x-www-form-urlencoded, machine data as "
            "application/json.",
        ),
    ),
)
BROKEN = Message(
    "internal",
    HTTPStatus.INTERNAL_SERVER_ERROR,
    Text(id="Halaman ini sedang bermasalah", en="This page has a problem"),
    (
        Text(
            id="Kesalahan ada pada kami, bukan pada Anda, dan sudah tercatat. Coba lagi sebentar "
            "lagi.",
            en="The fault is ours, not yours, and it has been recorded. Try again in a moment.",
        ),
    ),
)
