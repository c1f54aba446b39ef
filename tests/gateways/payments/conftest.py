"""Invented payment partners behind real sockets."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from tests.gateways.payments.paying import Examiner, Shop, account

from gelombang.gateways.payments.client import SnapClient
from gelombang.gateways.payments.fake import FakePaymentPartner

OpenShop = Callable[..., Awaitable[Shop]]


@pytest.fixture
def open_shop(serve, session, tmp_path, held_clock) -> OpenShop:
    """Serves the fake of a partner; `seconds` is our client's patience."""

    async def open_one(code: str, *, seconds: float = 5.0, **other) -> Shop:
        fake = FakePaymentPartner(data_dir=tmp_path, account=account(code))
        address = await serve(fake.application())
        ours = account(code, address, **other)
        return Shop(session, fake, ours, SnapClient(session, ours, seconds=seconds))

    return open_one


@pytest.fixture(params=["gopay", "bni"])
async def shop(request, open_shop) -> Shop:
    """A wallet and a bank, with our person's account."""
    opened = await open_shop(request.param)
    await opened.keep()
    return opened


@pytest.fixture
def examined(serve, session):
    """A client before an Examiner: gives both."""

    async def start(code: str = "gopay", **other) -> tuple[Examiner, SnapClient]:
        examiner = Examiner(account(code, **other))
        address = await serve(examiner.application())
        ours = replace(examiner.account, base_url=f"{address}/openapi")
        return examiner, SnapClient(session, ours, seconds=2.0)

    return start
