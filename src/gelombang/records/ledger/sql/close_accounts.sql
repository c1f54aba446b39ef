-- A new snapshot for every shared account that moved often since its last one. `upto` is the
-- oldest transaction still running, so everything below it is final (see facts.sql); the balance
-- goes on from the last snapshot, and no row is ever added up twice.
WITH edge AS (
    SELECT pg_snapshot_xmin(pg_current_snapshot()) AS upto
), shared AS (
    SELECT account.id,
           COALESCE(closed.balance, 0) AS balance,
           COALESCE(closed.before_xid, '0')::xid8 AS since
    FROM ledger_account AS account
    LEFT JOIN LATERAL (
        SELECT balance, before_xid FROM ledger_snapshot
        WHERE account_id = account.id ORDER BY id DESC LIMIT 1
    ) AS closed ON true
    WHERE account.kind = ANY (%(kinds)s::text[])
), moved AS (
    SELECT shared.id, shared.balance, edge.upto, coming.count + going.count AS count,
           coming.amount - going.amount AS change
    FROM shared CROSS JOIN edge
    CROSS JOIN LATERAL (
        SELECT count(*) AS count, COALESCE(sum(amount), 0) AS amount FROM ledger_transfer
        WHERE credit_account_id = shared.id AND xid >= shared.since AND xid < edge.upto
    ) AS coming
    CROSS JOIN LATERAL (
        SELECT count(*) AS count, COALESCE(sum(amount), 0) AS amount FROM ledger_transfer
        WHERE debit_account_id = shared.id AND xid >= shared.since AND xid < edge.upto
    ) AS going
)
INSERT INTO ledger_snapshot (account_id, balance, before_xid, taken_at)
SELECT id, balance + change, upto::text, %(now)s FROM moved WHERE count >= %(least)s ORDER BY id
