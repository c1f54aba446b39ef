"""People who walk the pages: every form of the citizens' way filled by hand.

Of the pages' scripts they do one thing: the proof of work of the registration form.
"""

import asyncio
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gelombang.rehearsal.citizen import (
    ASK_AGAIN_SECONDS,
    CODE_SECONDS,
    MAIL_SECONDS,
    PAGE_SECONDS,
    VERDICT_SECONDS,
    Acknowledged,
    Surprises,
)
from gelombang.rehearsal.inbox import Inbox
from gelombang.rehearsal.load import Caller
from gelombang.rehearsal.paper import Browser, Page
from gelombang.rehearsal.people import IdentityCard, SyntheticPerson
from gelombang.rehearsal.proofs import worked_out

_OK = 200
_TICKET = re.compile(r"W\d{2,}-\d{12}")
_QUESTIONS = ("nik", "kk", "nama", "kelamin", "lahir", "provinsi")
_PUBLIC_PAGES = ("/", "/angka", "/jadwal", "/bantuan", "/privasi", "/undian")


class WalkStopped(Exception):
    """A page was not what the way needs next; the text names the page, never the person."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a page of the result showed; no ticket to somebody whom a rule refuses."""

    ticket: str
    text: str


class Walkers:
    """Plays the people who use the pages, with the same steps as those who use the JSON API."""

    def __init__(
        self, people: Sequence[SyntheticPerson], *, caller: Caller, inbox: Inbox, origin: str,
        acknowledged: Acknowledged, surprises: Surprises,
    ) -> None:  # fmt: skip
        self.people = tuple(people)
        self._browsers = {
            person.number: Browser(caller, step="pages", origin=origin, language=person.language)
            for person in people
        }
        self._inbox = inbox
        self._acknowledged = acknowledged
        self._surprises = surprises

    def walks(self, person: SyntheticPerson) -> bool:
        """Whether this person uses the pages."""
        return person.number in self._browsers

    async def register(self, person: SyntheticPerson) -> None:
        """Home page, form, receipt page."""
        browser = self._browsers[person.number]
        await self._open(browser, "/")
        page = await self._open(browser, "/daftar")
        typed = {"email": person.email, "phone": person.phone}
        form = page.form_to("/daftar")
        if form is not None and form.challenge:  # what the page's script does meanwhile
            typed["altcha"] = await worked_out(form.challenge.encode())
        page = await self._send(browser, page, "/daftar", **typed)
        receipt = page.path.partition("/tanda-terima/")[2]
        if not receipt:
            raise WalkStopped(f"after the form came {page.path}")
        self._acknowledged.registration_receipts.append(receipt.replace("-", ""))
        self._acknowledged.addresses.add(person.email.casefold())

    async def confirm(self, person: SyntheticPerson) -> bool:
        """The link of the mail, and its button."""
        browser = self._browsers[person.number]
        path = await self._inbox.confirm_path(person.email, seconds=MAIL_SECONDS)
        form = await self._open(browser, path)
        await self._send(browser, form, "/konfirmasi/")
        self._acknowledged.confirmed.add(person.number)
        await asyncio.sleep(PAGE_SECONDS)
        return True

    async def identify(self, person: SyntheticPerson) -> None:
        """Sign in with a code, answer question by question, check, send."""
        browser = self._browsers[person.number]
        if person.card is None:
            return
        await self._sign_in(browser, person)
        typed = _answers(person.card)
        for slug in _QUESTIONS:
            form = await self._open(browser, f"/saya/identitas/{slug}")
            await self._send(browser, form, f"/saya/identitas/{slug}", **typed[slug])
        form = await self._open(browser, "/saya/identitas/periksa")
        page = await self._send(browser, form, "/saya/identitas/periksa", setuju="ya")
        if page.path != "/saya/identitas":
            raise WalkStopped(f"after the check came {page.path}")
        self._acknowledged.stated.add(person.number)

    async def wait_for_verdict(self, person: SyntheticPerson, state: str) -> bool:
        """Reload the page of the wave until it lets this person join."""
        browser = self._browsers[person.number]
        until = time.monotonic() + VERDICT_SECONDS
        while time.monotonic() < until:
            await asyncio.sleep(ASK_AGAIN_SECONDS)
            page = await self._open(browser, "/saya/identitas")
            if state == "verified" and page.form_to("/saya/identitas") is None:
                status = await self._open(browser, "/saya")
                if any(link.startswith("/gabung/") for link in status.links):
                    return True
        raise WalkStopped("the pages never let this person join")

    async def join(self, person: SyntheticPerson, *, wave_id: str) -> None:
        """The wave's page and its one button."""
        browser = self._browsers[person.number]
        path = f"/gabung/{wave_id}"
        form = await self._open(browser, path)
        page = await self._send(browser, form, path)
        receipt = page.path.partition("tanda_terima=")[2]
        if not receipt:
            raise WalkStopped(f"after joining came {page.path}")
        self._acknowledged.entry_receipts.append(receipt.replace("-", ""))
        self._acknowledged.joined.add(person.number)

    async def see_result(self, person: SyntheticPerson, *, wave_id: str) -> Seen:
        """The public pages, this person's own result, and the page of a ticket that was drawn."""
        browser = self._browsers[person.number]
        for path in (*_PUBLIC_PAGES, f"/undian/{wave_id}/", "/saya", "/saya/status"):
            await self._open(browser, path)
        page = await self._open(browser, f"/saya/hasil/{wave_id}")
        found = _TICKET.search(page.text)
        if found is not None:
            await self._open(browser, f"/undian/{wave_id}/tiket/{found.group()}")
        return Seen(ticket=found.group() if found else "", text=page.text)

    async def open(self, person: SyntheticPerson, path: str) -> Page:
        """Open a page in this person's browser. Raises WalkStopped."""
        return await self._open(self._browsers[person.number], path)

    async def send(self, person: SyntheticPerson, page: Page, action: str, **typed: str) -> Page:
        """Send the form of a page in this person's browser. Raises WalkStopped."""
        return await self._send(self._browsers[person.number], page, action, **typed)

    def note(self, step: str, trouble: Exception) -> None:
        """Keep what stopped a walk."""
        words = str(trouble) if isinstance(trouble, WalkStopped) else type(trouble).__name__
        self._surprises.note(f"pages, {step}: {words}")

    async def _sign_in(self, browser: Browser, person: SyntheticPerson) -> None:
        form = await self._open(browser, "/masuk")
        for seconds in CODE_SECONDS:
            known = self._inbox.codes_so_far(person.email)
            page = await self._send(browser, form, "/masuk", email=person.email)
            try:
                code = await self._inbox.code(person.email, after=known, seconds=seconds)
            except TimeoutError:
                form = await self._open(browser, "/masuk")
                continue
            await self._send(browser, page, "/masuk/kode", kode=code)
            return
        raise WalkStopped("no code came")

    async def _open(self, browser: Browser, path: str) -> Page:
        page = await browser.open(path)
        if page.status != _OK:
            raise WalkStopped(f"GET {_route(path)}: {page.status}")
        return page

    async def _send(self, browser: Browser, page: Page, action: str, **typed: str) -> Page:
        form = page.form_to(action)
        if form is None:
            raise WalkStopped(f"{_route(page.path)} has no form to {_route(action)}")
        after = await browser.send(form, typed)
        if after.status != _OK:
            raise WalkStopped(f"POST {_route(action)}: {after.status}")
        return after


def _answers(card: IdentityCard) -> Mapping[str, Mapping[str, str]]:
    """What is typed on each question's page."""
    born = card.birth_date
    return {
        "nik": {"nik": " ".join(card.nik[i : i + 4] for i in range(0, 16, 4))},
        "kk": {"family_card_no": card.family_card_no},
        "nama": {"name": card.name},
        "kelamin": {"sex": card.sex},
        "lahir": {
            "birth_place": card.birth_place,
            "birth_date_hari": str(born.day),
            "birth_date_bulan": str(born.month),
            "birth_date_tahun": str(born.year),
        },
        "provinsi": {"province": card.province},
    }


def _route(path: str) -> str:
    """The path without tokens and receipts."""
    first = path.partition("?")[0].split("/")
    return "/".join(part if len(part) < 20 else "…" for part in first)  # noqa: PLR2004 longest word
