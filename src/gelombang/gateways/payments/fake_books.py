"""The books of an invented payment partner: who has an account, and what really happened.

One SQLite file, so that a restart forgets nothing. A payment is booked in one transaction with the
account's limit and the float; `times_booked` grows nowhere else.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gelombang.gateways.payments.account import Kind, wire_number

STATUSES = ("active", "dormant", "closed", "frozen")
FAULTS = (
    "", "accept_then_timeout", "timeout_never", "in_progress", "no_funds", "wrong_amount",
    "limit", "inactive",
)  # fmt: skip
BOOKED, PENDING, REFUSED, LOST = "booked", "pending", "refused", "lost"
STATUS_CODES = {BOOKED: "00", PENDING: "03", REFUSED: "06", LOST: "07"}
_TABLES = """
CREATE TABLE IF NOT EXISTS account (
    account_no TEXT PRIMARY KEY, name TEXT NOT NULL, status TEXT NOT NULL,
    monthly_limit INTEGER, fault TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS payment (
    reference TEXT PRIMARY KEY, partner_ref TEXT NOT NULL, account_no TEXT NOT NULL,
    amount INTEGER NOT NULL, at TEXT NOT NULL, month TEXT NOT NULL, body TEXT NOT NULL,
    status TEXT NOT NULL, calls INTEGER NOT NULL, enquiries INTEGER NOT NULL,
    times_booked INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS payment_of_account ON payment (account_no, month);
CREATE TABLE IF NOT EXISTS external (
    day TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (day, id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS purse (
    id INTEGER PRIMARY KEY CHECK (id = 1), funds INTEGER CHECK (funds >= 0)
);
INSERT OR IGNORE INTO purse VALUES (1, NULL);
"""


@dataclass(frozen=True, slots=True, repr=False)
class Holder:
    """An account and whoever holds it."""

    account_no: str
    name: str
    status: str
    monthly_limit: int | None
    """Rupiah that it may take in one calendar month of virtual time; None is no limit."""
    fault: str


@dataclass(frozen=True, slots=True, repr=False)
class Order:
    """A payment as it was asked for. `body` is the digest of what may not change."""

    reference: str
    account_no: str
    amount: int
    at: str
    body: str

    @property
    def month(self) -> str:
        """The calendar month whose limit it uses, e.g. `2020-05`."""
        return self.at[:7]


@dataclass(frozen=True, slots=True, repr=False)
class Payment:
    """A reference in the books."""

    reference: str
    partner_ref: str
    account_no: str
    amount: int
    at: str
    body: str
    status: str
    calls: int
    enquiries: int
    times_booked: int

    def shown(self) -> Mapping[str, Any]:
        """The entry as the admin page shows it: no more of the account than four digits."""
        return {
            "reference": self.reference,
            "amount": self.amount,
            "account": self.account_no[-4:],
            "at": self.at,
            "status": self.status,
            "times_booked": self.times_booked,
            "calls": self.calls,
            "enquiries": self.enquiries,
        }


_ADD = "INSERT OR IGNORE INTO account VALUES (?, ?, ?, ?, ?)"
_REPLACE = "INSERT OR REPLACE INTO account VALUES (?, ?, ?, ?, ?)"
_PAYMENTS = (
    "SELECT reference, partner_ref, account_no, amount, at, body, status, calls, enquiries, "
    "times_booked FROM payment "
)


class PaymentBooks:
    """Accounts, payments, the float and the external ids of one partner."""

    def __init__(self, path: Path, *, kind: Kind) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._kind = kind
        self._file = sqlite3.connect(path, isolation_level=None)
        self._file.execute("PRAGMA journal_mode = WAL")
        self._file.execute("PRAGMA synchronous = NORMAL")
        self._file.executescript(_TABLES)

    @contextmanager
    def whole(self) -> Iterator[None]:
        """All that is written inside, or nothing of it."""
        self._file.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._file.execute("ROLLBACK")
            raise
        self._file.execute("COMMIT")

    def seed(self, accounts: Iterable[Mapping[str, Any]], *, replace: bool = True) -> int:
        """Add accounts, and replace those there (or leave them); how many were given.

        Raises ValueError for one that is not complete.
        """
        rows = [self._row(each) for each in accounts]
        with self.whole():
            self._file.executemany(_REPLACE if replace else _ADD, rows)
        return len(rows)

    def _row(self, account: Mapping[str, Any]) -> tuple[str, str, str, int | None, str]:
        if lacking := {"account_no", "name"} - account.keys():
            raise ValueError(f"an account lacks {', '.join(sorted(lacking))}")
        if unknown := account.keys() - {"account_no", "name", "status", "limit", "fault"}:
            raise ValueError(f"an account has no {', '.join(sorted(unknown))}")
        status, fault = account.get("status") or "active", account.get("fault") or ""
        limit = account.get("limit")
        if status not in STATUSES or fault not in FAULTS:
            raise ValueError("an account has an unknown status or fault")
        if limit is not None and (not isinstance(limit, int) or limit < 0):
            raise ValueError("a limit is whole rupiah or null")
        number = wire_number(str(account["account_no"]), kind=self._kind)
        return number, str(account["name"]), status, limit, fault

    def forget_accounts(self) -> None:
        """Close every account; payments stay."""
        self._file.execute("DELETE FROM account")

    def holder(self, account_no: str) -> Holder | None:
        """Who holds an account, or None."""
        row = self._file.execute("SELECT * FROM account WHERE account_no = ?", [account_no])
        found = row.fetchone()
        return Holder(*found) if found else None

    def left(self, holder: Holder, month: str) -> int | None:
        """Rupiah that the account may still take in a month; None is no limit."""
        if holder.monthly_limit is None:
            return None
        taken = self._file.execute(
            "SELECT coalesce(sum(amount), 0) FROM payment "
            "WHERE account_no = ? AND month = ? AND status IN (?, ?)",
            [holder.account_no, month, BOOKED, PENDING],
        ).fetchone()[0]
        return max(holder.monthly_limit - int(taken), 0)

    def note_external(self, day: str, number: str) -> bool:
        """Whether the external id is new on this day; it is not new again."""
        cursor = self._file.execute("INSERT OR IGNORE INTO external VALUES (?, ?)", [day, number])
        return cursor.rowcount == 1

    def forget_external(self, day: str) -> None:
        """Forget the external ids of the days before."""
        self._file.execute("DELETE FROM external WHERE day < ?", [day])

    def payment(self, reference: str) -> Payment | None:
        """What the books hold under a reference, or None."""
        found = self._file.execute(_PAYMENTS + "WHERE reference = ?", [reference]).fetchone()
        return Payment(*found) if found else None

    def note_call(self, order: Order, *, status: str, partner_ref: str = "") -> None:
        """Write down one call to pay, and what it came to; booked, its money is with the holder."""
        booked = int(status == BOOKED)
        self._file.execute(
            """
            INSERT INTO payment VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, 0, ?)
            ON CONFLICT (reference) DO UPDATE SET
                partner_ref = excluded.partner_ref, account_no = excluded.account_no,
                amount = excluded.amount, at = excluded.at, month = excluded.month,
                body = excluded.body, status = excluded.status, calls = calls + 1,
                times_booked = times_booked + excluded.times_booked
            """,
            [
                order.reference, partner_ref, order.account_no, order.amount, order.at,
                order.month, order.body, status, booked,
            ],
        )  # fmt: skip

    def note_repeat(self, reference: str) -> None:
        """Write down one more call with a reference that was used."""
        self._file.execute("UPDATE payment SET calls = calls + 1 WHERE reference = ?", [reference])

    def note_enquiry(self, reference: str) -> None:
        """Write down an enquiry; whatever was pending is booked after its first one."""
        self._file.execute(
            """
            UPDATE payment SET enquiries = enquiries + 1,
                times_booked = times_booked + (status = ?),
                status = CASE status WHEN ? THEN ? ELSE status END
            WHERE reference = ?
            """,
            [PENDING, PENDING, BOOKED, reference],
        )

    def set_funds(self, funds: int | None) -> None:
        """Rupiah of ours that the partner still holds; None is no end of it."""
        self._file.execute("UPDATE purse SET funds = ?", [funds])

    def spend(self, amount: int) -> bool:
        """Take rupiah from the float; False, and nothing taken, where it does not suffice."""
        taken = self._file.execute(
            "UPDATE purse SET funds = funds - ? WHERE funds IS NULL OR funds >= ?",
            [amount, amount],
        )
        return taken.rowcount == 1

    def page(self, *, after: str, limit: int) -> list[Payment]:
        """Entries by reference, those after one."""
        rows = self._file.execute(
            _PAYMENTS + "WHERE reference > ? ORDER BY reference LIMIT ?", [after, limit]
        )
        return [Payment(*row) for row in rows]

    def totals(self) -> Mapping[str, int | None]:
        """What was booked (`payments`, `amount`), and counts of everything else."""
        row = self._file.execute(
            """
            SELECT coalesce(sum(times_booked), 0), coalesce(sum(times_booked * amount), 0),
                   count(*) FILTER (WHERE status = 'pending'),
                   count(*) FILTER (WHERE status = 'refused'),
                   count(*) FILTER (WHERE status = 'lost'),
                   count(*) FILTER (WHERE times_booked > 1),
                   coalesce(sum(calls), 0), coalesce(sum(enquiries), 0),
                   (SELECT count(*) FROM account), (SELECT funds FROM purse)
            FROM payment
            """
        ).fetchone()
        names = (
            "payments", "amount", "pending", "refused", "lost", "booked_twice", "calls",
            "enquiries", "accounts", "funds",
        )  # fmt: skip
        return dict(zip(names, row, strict=True))

    def close(self) -> None:
        """Close the file."""
        self._file.close()
