"""A worker that does nothing but pay, with leases short enough for a test: `LEASE CALL` seconds."""

import signal
import sys
import threading

from gelombang.cli.database import set_up_django


def main(lease: int, call: int) -> None:
    set_up_django()
    from django.conf import settings

    from gelombang.jobs import payouts
    from gelombang.jobs.loop import Sweep
    from gelombang.jobs.worker import run_sweeps

    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    line = payouts.PayLine("gopay", call_seconds=call, lease_seconds=lease)
    others = [each for each in payouts.SWEEPS if ".pay." not in each.name]
    sys.stdout.write("begins\n")
    sys.stdout.flush()
    run_sweeps(
        [Sweep("disbursement.pay.gopay", line), *others],
        environment=settings.GELOMBANG,
        stop=stop,
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
