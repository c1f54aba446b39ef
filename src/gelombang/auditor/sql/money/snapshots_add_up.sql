-- A balance that was written down is the sum of the transfers that it says it counted.
-- over ledger_snapshot
SELECT 'snapshot:' || snapshot.id AS offender,
    'changed by ' || snapshot.balance - snapshot.balance_before
    || ', its transfers by ' || coming.amount - going.amount AS problem
FROM (
    SELECT id, account_id, balance, before_xid::xid8 AS until_xid,
        lag(balance, 1, 0::numeric) OVER chain AS balance_before,
        (lag(before_xid, 1, '0') OVER chain)::xid8 AS from_xid
    FROM ledger_snapshot
    WINDOW chain AS (PARTITION BY account_id ORDER BY id)
) AS snapshot
CROSS JOIN LATERAL (
    SELECT coalesce(sum(amount), 0) AS amount FROM ledger_transfer
    WHERE credit_account_id = snapshot.account_id
      AND xid >= snapshot.from_xid AND xid < snapshot.until_xid
) AS coming
CROSS JOIN LATERAL (
    SELECT coalesce(sum(amount), 0) AS amount FROM ledger_transfer
    WHERE debit_account_id = snapshot.account_id
      AND xid >= snapshot.from_xid AND xid < snapshot.until_xid
) AS going
WHERE snapshot.balance - snapshot.balance_before <> coming.amount - going.amount
