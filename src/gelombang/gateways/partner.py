"""What a partner can say about us rather than about a person: all of it is asked again later."""

from gelombang.kit.errors import Outage


class QuotaSpent(Outage):
    """The day's quota is used up; it starts anew at midnight WIB."""


class OutsideHours(Outage):
    """The partner answers only at certain hours of the day."""


class OurFault(Outage):
    """Our account, address or request is wrong: a person of ours must repair it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
