"""Which processes go first where the processors do not suffice for all (sched(7)).

Where Linux groups tasks by session (sched_autogroup), niceness counts among the tasks of one
session only, and the session has a niceness of its own: it is set too where it is the process's.
"""

import os
import time
from pathlib import Path

_SESSION = Path("/proc/self/autogroup")
_TRIES, _AGAIN_SECONDS = 20, 0.1


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
    return _set_session(niceness)


def _set_session(niceness: int) -> bool:
    """False where the session is ours and stays as it was. Linux takes one change in 0.1 s."""
    if os.getsid(0) != os.getpid():
        return True
    for _ in range(_TRIES):
        try:
            _SESSION.write_text(str(niceness), encoding="ascii")
        except BlockingIOError:
            time.sleep(_AGAIN_SECONDS)
        except FileNotFoundError:
            return True  # this system does not group by session
        except OSError:
            return False
        else:
            return True
    return False
