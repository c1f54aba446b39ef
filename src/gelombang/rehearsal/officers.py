"""The people of the money: one makes a batch, one or two check it, another one releases it.

Each has a password, a second factor and a browser of their own, and works at the desk's pages.
"""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass

from gelombang.rehearsal.commands import gelombang
from gelombang.rehearsal.load import Caller
from gelombang.rehearsal.operator import DeskUnfit, Operator, read_credentials
from gelombang.rehearsal.paper import Form, Page

MONEY = "/meja/uang"
BATCH = re.compile(r"/meja/uang/batch/([A-Za-z0-9-]+)$")
STAFF = {
    "gladi-pembuat": "finance_maker",
    "gladi-pemeriksa": "finance_checker",
    "gladi-pemeriksa-dua": "finance_checker",
    "gladi-pencair": "finance_releaser",
}
"""User names of the rehearsal's own officers, and the group of each."""
_OK = 200
REASON = "Gladi hari pembukaan: pembayaran bulanan"


@dataclass(frozen=True, slots=True)
class Team:
    """Maker, two checkers and releaser."""

    maker: Operator
    checkers: tuple[Operator, ...]
    releaser: Operator


class Officers:
    """Pays what is due, through the pages that three people share."""

    def __init__(self, caller: Caller, *, origin: str) -> None:
        self._people = {name: Operator(caller, origin=origin) for name in STAFF}

    async def engage(self, environment: Mapping[str, str]) -> None:
        """Make accounts of their own and sign in. Raises CommandFailed, DeskUnfit."""
        made = await asyncio.gather(
            *(
                gelombang("operators", "add", name, "--group", group, environment=environment)
                for name, group in STAFF.items()
            )
        )
        for name, outcome in zip(STAFF, made, strict=True):
            await self._people[name].sign_in(read_credentials(name, outcome.output))

    @property
    def team(self) -> Team:
        """Who does what."""
        of_group = {
            group: tuple(self._people[name] for name, its in STAFF.items() if its == group)
            for group in STAFF.values()
        }
        return Team(
            maker=of_group["finance_maker"][0],
            checkers=of_group["finance_checker"],
            releaser=of_group["finance_releaser"][0],
        )

    async def fund(self, partner: str, amount: int) -> None:
        """Put money of ours with a partner, read it in words, confirm. Raises DeskUnfit."""
        maker, place = self.team.maker, f"{MONEY}/dana"
        typed = {"partner": partner, "amount": str(amount), "alasan": REASON}
        read = await maker.press(_form_to(await maker.open(place), place), typed)
        after = await maker.press(_form_to(read, place), {})
        if after.status != _OK or after.path == place:
            raise DeskUnfit(f"{place}: {after.status} {after.heading}")

    async def pay_what_is_due(self) -> str:
        """Make, check and release a batch of everything that is due; its reference.

        Raises DeskUnfit, also when nothing is due.
        """
        reference = await self.make_a_batch()
        place = f"{MONEY}/batch/{reference}"
        typed = {"alasan": REASON, "batch": reference}
        first, second = self.team.checkers
        await _fill(first, f"{place}/setujui", typed)
        again = await second.open(f"{place}/setujui")
        if again.status == _OK:  # the sum is above the threshold: it is still to be checked
            await _fill(second, f"{place}/setujui", typed)
        await _fill(self.team.releaser, f"{place}/cairkan", typed)
        return reference

    async def make_a_batch(self) -> str:
        """The maker's button on the overview, for all partners together; the batch's reference."""
        maker = self.team.maker
        page = await maker.open(MONEY)
        form = next(
            (each for each in page.forms if each.method == "post" and "partner" in each.fields),
            None,
        )
        if form is None:
            raise DeskUnfit(f"{MONEY} ({page.status}) has no form that makes a batch")
        after = await maker.press(form, {})
        found = BATCH.search(after.path)
        if after.status != _OK or found is None:
            raise DeskUnfit(f"after making a batch came {after.path}: {after.status}")
        return found.group(1)


async def _fill(who: Operator, place: str, typed: dict[str, str]) -> None:
    """Fill the form of a page and send it; the page that follows is another one."""
    form = _form_to(await who.open(place), place)
    after = await who.press(form, typed)
    if after.status != _OK or after.path == place:
        raise DeskUnfit(f"{place}: {after.status} {after.heading}")


def _form_to(page: Page, action: str) -> Form:
    form = page.form_to(action)
    if form is None:
        raise DeskUnfit(f"{page.path} ({page.status}) has no form to {action}")
    return form
