"""Tell people once that their check waits for a partner for long, and once that it goes on.

An interruption is what happened to the partner; a wait notice is what one person was told of it.
Short interruptions are told nobody, and one that flickers is one.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import takewhile
from typing import Any

from gelombang import store
from gelombang.journey.verification import letters
from gelombang.journey.verification.queries import queues
from gelombang.journey.verification.rules import (
    SETTLED,
    SOURCES,
    TOLD_AFTER,
    CheckKind,
    WaitPhase,
    is_worth_telling,
)
from gelombang.kit.sealing import Keyring
from gelombang.kit.words import LANGUAGES
from gelombang.records.notices import actions as notices
from gelombang.records.notices.rules import Owed, seal_letter
from gelombang.records.partners.forecasting import Hold
from gelombang.records.people import queries as people

BATCH = 2_000  # people told in one transaction

Row = Mapping[str, Any]


def watch_partners(*, now: datetime, real_now: datetime) -> int:
    """Note which partners can no longer be asked, and which are asked again; how many changed."""
    changed = 0
    with store.transaction():
        for queue in queues(now=now, real_now=real_now):
            about = {"kind": queue.kind.value, "now": now, "real_now": real_now}
            if queue.hold is Hold.NONE:
                name, more = "end_interruption", {}
            else:
                name = "begin_interruption"
                more = {"cause": queue.hold.value, "settled": real_now - SETTLED}
            changed += store.execute(store.statement(__package__, name), about | more)
    return changed


def tell_waits(
    *,
    keyring: Keyring,
    base_url: str,
    now: datetime,
    real_now: datetime,
    limit: int = BATCH,
) -> int:
    """Tell the next people of an interruption that lasts, or of its end; how many were looked at.

    One transaction; a crash repeats nothing, and the database refuses a second notice.
    """
    with store.transaction():
        looked_at = 0
        for row in store.fetch(store.statement(__package__, "interruptions")):
            telling = _Telling(row, keyring, base_url, now, real_now, limit)
            looked_at += telling.go_on()
        return looked_at


class _Telling:
    """One interruption, and how far its people are told."""

    def __init__(
        self, row: Row, keyring: Keyring, base_url: str, now: datetime, real_now: datetime,
        limit: int,
    ) -> None:  # fmt: skip
        self._row, self._kind = row, CheckKind(row["kind"])
        self._keyring, self._base_url = keyring, base_url
        self._now, self._real_now, self._limit = now, real_now, limit
        self._check, self._end = row["told_check"], row["told_end"]

    def go_on(self) -> int:
        """The next step; how many people it looked at."""
        row = self._row
        if row["ended_at"] is not None:
            settled = row["ended_real_at"] <= self._real_now - SETTLED
            return self._tell_end() if settled else 0
        worth = is_worth_telling(
            began_at=row["began_at"], began_real_at=row["began_real_at"], until=self._now,
            real_until=self._real_now,
        )  # fmt: skip
        return self._tell_beginning() if worth else 0

    def _tell_beginning(self) -> int:
        found = self._fetch(
            "to_tell_waiting", after=self._check, waiting_since=self._now - TOLD_AFTER
        )
        long = list(takewhile(lambda row: row["is_long"], found))
        if long:
            self._tell(long, WaitPhase.WAITS)
            self._check = long[-1]["check_id"]
            self._keep(is_closed=False)
        return len(long)

    def _tell_end(self) -> int:
        found = self._fetch("to_tell_going_on", after=self._end)
        if found:
            self._tell([row for row in found if row["is_open"]], WaitPhase.GOES_ON)
            self._end = found[-1]["notice_id"]
        self._keep(is_closed=not found)
        return len(found)

    def _fetch(self, name: str, **params: Any) -> list[dict[str, Any]]:
        about = {
            "kind": self._kind.value, "interruption": self._row["id"], "limit": self._limit,
        }  # fmt: skip
        return store.fetch(store.statement(__package__, name), about | params)

    def _keep(self, *, is_closed: bool) -> None:
        store.execute(
            store.statement(__package__, "told_up_to"),
            {
                "interruption": self._row["id"],
                "check": self._check,
                "end": self._end,
                "is_closed": is_closed,
            },
        )

    def _tell(self, rows: Sequence[Row], phase: WaitPhase) -> None:
        fresh = {
            row["identity_id"]
            for row in store.fetch_set(
                store.statement(__package__, "note_told"),
                {
                    "interruption": self._row["id"],
                    "phase": phase.value,
                    "now": self._now,
                    "identities": [row["identity_id"] for row in rows],
                },
            )
        }
        letter = letters.of_wait(phase=phase, source=SOURCES[self._kind], base_url=self._base_url)
        words = {
            language: seal_letter(
                self._keyring,
                letter.subject.in_language(language),
                letter.body.in_language(language),
            )
            for language in LANGUAGES
        }
        told = [row for row in rows if row["identity_id"] in fresh]
        reachable = people.contacts(person_ids=[row["person_id"] for row in told])
        owed = [
            Owed(
                key=f"verification.{phase}:{self._row['id']}:{row['identity_id']}",
                person_id=row["person_id"],
                kind=f"verification.{phase}",
                address_sealed=reachable[row["person_id"]].address_sealed,
                language=reachable[row["person_id"]].language,
                letter_sealed=words[reachable[row["person_id"]].language],
            )
            for row in told
            if row["person_id"] in reachable
        ]
        notices.owe(notices=owed, now=self._now, real_now=self._real_now)
