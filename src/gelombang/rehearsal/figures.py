"""The published figures of the first day (R033, R097, R104), and the same at a smaller scale."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

REGISTERED = 1_432_133
EMAIL_VERIFIED = 1_063_028
NIK_VERIFIED = 624_090
JOINED = 77_834
QUOTA = 164_872
PEAK_MINUTE = 80_000
PEAK_SECONDS = 60
HIGHEST_RATE = 1_333  # arrivals a second; the first minute of the real day
SNAPSHOT_AFTER = timedelta(hours=21)


@dataclass(frozen=True, slots=True)
class Figures:
    """How many people a rehearsal of one scale has at each step."""

    scale: Decimal
    registered: int
    email_verified: int
    nik_verified: int
    joined: int
    quota: int
    peak_minute: int


def at_scale(scale: Decimal | str) -> Figures:
    """The figures at `scale` (1 is the real day), each rounded half up.

    Raises ValueError for a scale that is not above 0 and at most 1, or so small that no place is
    left to draw.
    """
    share = Decimal(scale)
    if not 0 < share <= 1:
        raise ValueError("the scale must lie above 0 and be at most 1")
    figures = Figures(
        scale=share,
        registered=_scaled(REGISTERED, share),
        email_verified=_scaled(EMAIL_VERIFIED, share),
        nik_verified=_scaled(NIK_VERIFIED, share),
        joined=_scaled(JOINED, share),
        quota=_scaled(QUOTA, share),
        peak_minute=_scaled(PEAK_MINUTE, share),
    )
    if figures.quota < 1 or figures.joined < 1:
        raise ValueError(f"at scale {share} nobody is left to draw; take at least 0.0001")
    return figures


def _scaled(count: int, share: Decimal) -> int:
    return int((count * share).quantize(Decimal(1), rounding=ROUND_HALF_UP))
