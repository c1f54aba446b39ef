"""`python -m gelombang.auditor`."""

import sys

from gelombang.auditor.program import main

sys.exit(main())
