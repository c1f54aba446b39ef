"""`/konfirmasi/<token>`: GET shows a button, POST confirms. It never signs in.

A mail scanner that opens the link changes nothing. Links of before keep their own words: expired,
forged or cut off, confirmed before.
"""

from http import HTTPStatus

from msgspec.structs import replace

from gelombang.frontdoor import answers, hold
from gelombang.frontdoor.calendar import REGISTRATION
from gelombang.frontdoor.core import Request, Response
from gelombang.frontdoor.desk import Desk
from gelombang.frontdoor.hold import Kept
from gelombang.frontdoor.pages import page, part
from gelombang.frontdoor.reasons import Hold
from gelombang.frontdoor.tables import ConfirmationRow
from gelombang.frontdoor.told import Message, tell
from gelombang.frontdoor.writer import Outcome
from gelombang.kit.indexing import at_least
from gelombang.kit.tokens import Confirmation, TokenExpired, TokenForged, read_confirm_token
from gelombang.kit.words import Text

HEADERS = (answers.NO_REFERRER,)
SIGN_IN = (Text(id="Masuk untuk melanjutkan", en="Sign in to go on"), "/masuk")
ASK_AGAIN = (Text(id="Minta tautan baru", en="Ask for a new link"), "/masuk")
TITLE = Text(id="Pastikan surel ini milik Anda", en="Confirm that this address is yours")
FORGED = Message(
    "link-not-ours",
    HTTPStatus.NOT_FOUND,
    Text(id="Tautan ini tidak lengkap", en="This link is not complete"),
    (
        Text(
            id="Mungkin tautannya terpotong di surel Anda. Salin seluruh alamatnya, lalu coba "
            "lagi.",
            en="Perhaps your mail program cut it off. Copy the whole address and try again.",
        ),
        Text(
            id="Tetap tidak bisa? Tulis alamat surel Anda di halaman Masuk. Kami kirim tautan "
            "baru.",
            en="Still no luck? Enter your e-mail address on the sign-in page. We send a new link.",
        ),
    ),
)
EXPIRED = Message(
    "link-expired",
    HTTPStatus.GONE,
    Text(id="Tautan ini sudah lewat waktunya", en="This link has run out of time"),
    (
        Text(
            id="Tautan konfirmasi berlaku tujuh hari. Pendaftaran Anda tetap tersimpan.",
            en="A confirm link is valid for seven days. Your registration is safe.",
        ),
        Text(
            id="Tulis alamat surel Anda di halaman Masuk. Kami kirim tautan baru.",
            en="Enter your e-mail address on the sign-in page. We send a new link.",
        ),
    ),
)
DONE = Message(
    "confirmed",
    HTTPStatus.OK,
    Text(id="Surel Anda sudah dipastikan", en="Your address is confirmed"),
    (
        Text(
            id="Terima kasih. Sekarang masuk dengan alamat surel itu dan isi identitas Anda.",
            en="Thank you. Now sign in with that address and state your identity.",
        ),
        Text(
            id="Siapkan KTP dan Kartu Keluarga. Sekitar 5 menit.",
            en="Have your KTP and family card ready. About 5 minutes.",
        ),
    ),
)
DONE_BEFORE = Message(
    "confirmed-before",
    HTTPStatus.OK,
    Text(id="Surel ini sudah dipastikan sebelumnya", en="This address was confirmed before"),
    (
        Text(
            id="Tidak perlu mengulang. Masuk dengan alamat surel itu untuk melanjutkan.",
            en="There is no need to do it again. Sign in with that address to go on.",
        ),
    ),
)


async def show_button(desk: Desk, request: Request) -> Response:
    """`GET /konfirmasi/<token>`: the button, or what is wrong with the link."""
    if seconds := desk.gate.pace_reader(request):
        return hold.slowed(request, seconds)
    found = _read(desk, request)
    if isinstance(found, Message):
        return tell(request, found, link=ASK_AGAIN, headers=HEADERS)
    language = request.language()
    inside = part("konfirmasi", language, token=request.argument)
    document = page(language=language, title=TITLE, inside=inside, path=request.path)
    return answers.shown(document, headers=HEADERS)


async def take(desk: Desk, request: Request) -> Response:
    """`POST /konfirmasi/<token>`: committed, then said. At any time, whatever the calendar says.

    It is paced with the page that it stands on: registering uses nothing up of what a confirmation
    needs.
    """
    kept = Kept(request.path, {"bahasa": request.language()})
    # In an outage nobody is too fast.
    if not desk.stands_still() and (seconds := desk.gate.pace_reader(request)):
        return _unseen(hold.slowed(request, seconds, kept=kept))
    found = _read(desk, request)
    if isinstance(found, Message):
        return tell(request, found, link=ASK_AGAIN, headers=HEADERS)
    index = at_least(
        desk.config.keyring,
        found.email_index,
        purpose="email",
        key_id=desk.calendar.facts.index_key,
    )
    row = ConfirmationRow(found.receipt, index, request.now, request.real_now)
    outcome = await hold.take(desk, desk.confirmations, row)
    if isinstance(outcome, Hold):
        return _unseen(hold.held(desk, request, outcome, subject=REGISTRATION, kept=kept))
    message = DONE if outcome is Outcome.STORED else DONE_BEFORE
    return tell(request, message, link=SIGN_IN, headers=HEADERS)


def _unseen(response: Response) -> Response:
    """The response, of which no page that it leads to learns the address."""
    return replace(response, headers=(*response.headers, *HEADERS))


def _read(desk: Desk, request: Request) -> Confirmation | Message:
    try:
        return read_confirm_token(desk.config.keyring, request.argument, real_now=request.real_now)
    except TokenExpired:
        return EXPIRED
    except TokenForged:
        return FORGED
