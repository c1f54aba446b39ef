"""An invented hub of exclusion lists. Seeded by `{nik, lists}` each line.

`PUT /_admin/unavailable` {"lists": ["TNI"]} makes the hub unable to vouch for some of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web

from gelombang.gateways.dci.fake import FakeDciRegistry
from gelombang.gateways.dci.fake_trust import FakeTrust
from gelombang.gateways.exclusions.client import LISTS, NOT_CURRENT, RECORD_TYPE, REG_TYPE


@dataclass
class FakeExclusions:
    """The hub's application, with its books in `data_dir`."""

    data_dir: Path
    trust: FakeTrust = field(default_factory=FakeTrust)

    def __post_init__(self) -> None:
        """Open the books."""
        self.unavailable: tuple[str, ...] = ()
        self.registry = FakeDciRegistry(
            data_dir=self.data_dir, name="exclusions", reg_type=REG_TYPE, record_type=RECORD_TYPE,
            wanted=frozenset({"nik", "lists"}), records=self._records, trust=self.trust,
            nobody=self._nobody,
        )  # fmt: skip
        self.partner, self.seed = self.registry.partner, self.registry.seed

    def application(self) -> web.Application:
        """The aiohttp application."""
        app = self.registry.application()
        app.router.add_put("/_admin/unavailable", self._set_unavailable)
        return app

    async def _set_unavailable(self, request: web.Request) -> web.Response:
        wanted = tuple((await request.json())["lists"])
        if unknown := sorted(set(wanted) - set(LISTS)):
            return web.json_response({"unknown": unknown}, status=422)
        self.unavailable = wanted
        return web.json_response({"lists": list(wanted)})

    def _records(self, person: Mapping[str, Any], day: str) -> list[dict[str, Any]]:
        standing = [code for code in person["lists"] if code not in self.unavailable]
        hits = [{"nik": person["nik"], "list_code": code, "as_of": day} for code in standing]
        return hits + self._nobody(person["nik"], day)

    def _nobody(self, nik: str, day: str) -> list[dict[str, Any]]:
        return [
            {"nik": nik, "list_code": NOT_CURRENT, "unavailable_list": code, "as_of": day}
            for code in self.unavailable
        ]
