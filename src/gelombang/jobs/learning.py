"""What learning owes without anybody asking: classes called off, answers nobody can repeat."""

from gelombang.jobs.loop import Context, Sweep
from gelombang.journey.learning import actions


def give_back_called_off(context: Context) -> int:
    """Give back the unfinished purchases of a class that the office called off."""
    return actions.give_back_called_off(
        keyring=context.keyring,
        base_url=context.base_url,
        now=context.now,
        real_now=context.real_now,
    )


def forget_calls(context: Context) -> int:
    """Delete stored answers that are older than any call that could be repeated."""
    return actions.forget_calls(real_now=context.real_now)


SWEEPS: tuple[Sweep, ...] = (
    Sweep("learning.called_off", give_back_called_off, pause_seconds=2.0),
    Sweep("learning.forget_calls", forget_calls, pause_seconds=60.0),
)
