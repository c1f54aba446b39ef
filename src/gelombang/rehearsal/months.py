"""The calendar that a rehearsal keeps for its payments: the same day of each following month."""

from calendar import monthrange
from datetime import datetime, timedelta

from gelombang.kit.clock import WIB

AFTER_THE_HOUR = timedelta(hours=1)
COOLING = timedelta(hours=73)  # a changed account cools for 72 hours
ENQUIRY_GAP = timedelta(minutes=2)  # enquiries are at least 90 seconds apart
GRACE = timedelta(minutes=16)  # "not found" counts after 15 minutes


def pay_day(first: datetime, *, months: int) -> datetime:
    """An hour after the instant that lies so many months after `first`, counted in WIB."""
    local = first.astimezone(WIB)
    years, month = divmod(local.month - 1 + months, 12)
    year, month = local.year + years, month + 1
    day = min(local.day, monthrange(year, month)[1])
    return local.replace(year=year, month=month, day=day) + AFTER_THE_HOUR
