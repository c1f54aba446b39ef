"""Hold the frontier while indexes are used, re-seal values, move indexes to a new key."""

from gelombang.records.keys.actions.holding import hold as hold
from gelombang.records.keys.actions.sealing import reseal as reseal
from gelombang.records.keys.actions.wrapping import (
    wrap_later as wrap_later,
    wrap_next as wrap_next,
)
