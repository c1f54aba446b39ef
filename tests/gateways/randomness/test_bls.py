"""What importing the library of the beacon's signatures may not do to a process."""

import subprocess
import sys


def test_the_limit_of_recursion_stays_low_enough_for_hostile_json():
    script = (
        "import sys, json; from gelombang.gateways.randomness import bls\n"
        "assert sys.getrecursionlimit() == bls.LIMIT_OF_RECURSION\n"
        "try: json.loads('[' * 1_000_000)\n"
        "except RecursionError: print('refused')"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], check=False, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.strip() == "refused", done.stderr
