"""Winners who use the pages: every form from the award to the survey filled by hand."""

import re
from collections.abc import Mapping

from gelombang.rehearsal.paper import Form
from gelombang.rehearsal.people import SyntheticPerson
from gelombang.rehearsal.walker import Walkers, WalkStopped
from gelombang.rehearsal.winners import Account

_CODE = re.compile(r"PK-(?:[0-9A-Z]{4}-?){3}")
_PURCHASE = re.compile(r"/saya/pelatihan/[0-9]+$")
_REVIEW = re.compile(r"/saya/sertifikat/[^/]+/ulasan$")
_MOST_PAGES = 12  # of the survey


class Strollers:
    """The same steps as by JSON, for those who walk. Everything raises WalkStopped."""

    def __init__(self, walkers: Walkers) -> None:
        self._walkers = walkers

    def walks(self, person: SyntheticPerson) -> bool:
        """Whether this person uses the pages."""
        return self._walkers.walks(person)

    async def accept(self, person: SyntheticPerson) -> None:
        """The page of the award and its button."""
        page = await self._walkers.open(person, "/saya/bantuan")
        await self._walkers.send(person, page, "/saya/bantuan/terima")

    async def buy(self, person: SyntheticPerson, course_code: str) -> str:
        """Catalogue, course, the page with the balance before and after; the redeem code."""
        place = f"/pelatihan/{course_code}"
        await self._walkers.open(person, "/pelatihan")
        await self._walkers.open(person, place)
        page = await self._walkers.open(person, f"{place}/beli")
        after = await self._walkers.send(person, page, f"{place}/beli")
        found = _CODE.search(after.text)
        if found is None:
            raise WalkStopped("after buying came a page without a code")
        return found.group().replace("-", "")

    async def review(self, person: SyntheticPerson, *, rating: int, words: str) -> None:
        """From the list of courses over the finished one to the form of its review."""
        listed = await self._walkers.open(person, "/saya/pelatihan")
        latest = next((link for link in listed.links if _PURCHASE.search(link)), None)
        if latest is None:
            raise WalkStopped("the list of courses is empty")
        course = await self._walkers.open(person, latest)
        form = next((link for link in course.links if _REVIEW.search(link)), None)
        if form is None:
            raise WalkStopped("the finished course has no link to its review")
        page = await self._walkers.open(person, form)
        await self._walkers.send(person, page, form, rating=str(rating), words=words)

    async def state_account(self, person: SyntheticPerson, account: Account) -> None:
        """Choose the partner, type the number."""
        page = await self._walkers.open(person, "/saya/akun/pilih")
        page = await self._walkers.send(person, page, "/saya/akun/pilih", partner=account.partner)
        page = await self._walkers.send(person, page, "/saya/akun/nomor", account_no=account.number)
        if page.path != "/saya/akun":
            raise WalkStopped(f"after the account number came {page.path}")

    async def answer_survey(self, person: SyntheticPerson) -> None:
        """The first option of each question, page by page."""
        await self._walkers.open(person, "/saya/survei")
        page = await self._walkers.open(person, "/saya/survei/1")
        for _ in range(_MOST_PAGES):
            form = page.form_to("/saya/survei/")
            if form is None:
                return
            page = await self._walkers.send(person, page, form.action, **_first_choices(form))
        raise WalkStopped("the survey does not end")


def _first_choices(form: Form) -> Mapping[str, str]:
    return {name: offered[0] for name, offered in form.choices.items()}
