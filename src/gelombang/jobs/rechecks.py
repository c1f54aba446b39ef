"""Ask again about people: before awards and payments, and where the insurer told of lost work."""

from datetime import timedelta

from gelombang.jobs.loop import Context, Sweep
from gelombang.journey.disbursement import actions as paying, queries as disbursement
from gelombang.journey.selection import queries as selection
from gelombang.journey.verification import actions

AHEAD = timedelta(days=7)  # virtual time before a payment in which its answers are renewed
MOST = 5_000  # people that one round looks at, of awards and of payments each


def renew(context: Context) -> int:
    """Make due again what expires before it is needed; how many rows that touched.

    Whoever waits for an award is asked about at once. The registries' own lines do the asking, and
    instalments whose answers have come go on.
    """
    now, real_now = context.now, context.real_now
    waiting = selection.to_recheck(limit=MOST)
    renewed = actions.ask_again(wanted=waiting, before=now, real_now=real_now)
    coming = disbursement.to_recheck(before=now + AHEAD, limit=MOST)
    renewed += paying.rouse_rechecked(now=now, limit=MOST)
    return renewed + actions.ask_again(wanted=coming, before=now + AHEAD, real_now=real_now)


def heed_news(context: Context) -> int:
    """Make due again what news of the employment insurer calls for; how much news that was."""
    return actions.heed_news(now=context.now, real_now=context.real_now)


SWEEPS: tuple[Sweep, ...] = (
    Sweep("verification.renew", renew, pause_seconds=15.0),
    Sweep("verification.heed_news", heed_news, pause_seconds=5.0),
)
