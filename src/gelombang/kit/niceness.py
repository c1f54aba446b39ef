"""Which processes go first where the processors do not suffice for all (sched(7)).

Where Linux groups tasks by session (sched_autogroup), niceness counts among the tasks of one
session only, and the session has a niceness of its own: it is set too where it is the process's.
"""

import contextlib
import os
from pathlib import Path

_SESSION = Path("/proc/self/autogroup")


def step_aside(steps: int) -> None:
    """Let others go first, by so many steps of niceness (0 to 19); everybody may do that."""
    os.nice(steps)
    if steps:
        _set_session(steps)


def step_forward(niceness: int) -> bool:
    """Go before others (-20 to 0); False where the system does not allow it.

    It takes the superuser, CAP_SYS_NICE or a RLIMIT_NICE (systemd: LimitNICE=) that reaches so far.
    """
    try:
        os.setpriority(os.PRIO_PROCESS, 0, niceness)
    except PermissionError:
        return False
    _set_session(niceness)
    return True


def _set_session(niceness: int) -> None:
    if os.getsid(0) == os.getpid():
        with contextlib.suppress(OSError):
            _SESSION.write_text(str(niceness), encoding="ascii")
