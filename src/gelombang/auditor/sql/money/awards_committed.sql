-- Every award was promised the whole benefit of its scheme once, from the fund of that scheme.
-- over selection_award
WITH scheme AS (
    SELECT version.id AS programme_version_id, version.code AS programme,
        each_scheme ->> 'code' AS code, (each_scheme ->> 'total')::bigint AS total,
        'programme:' || version.code || ':' || (each_scheme ->> 'funder') AS fund
    FROM programme_programmeversion AS version,
        LATERAL jsonb_array_elements(version.content -> 'schemes') AS each_scheme
),

promise AS (
    SELECT credited.holder, count(*) AS times, sum(transfer.amount) AS amount,
        min(debited.holder) AS fund
    FROM ledger_transfer AS transfer
    JOIN ledger_account AS credited ON credited.id = transfer.credit_account_id
    JOIN ledger_account AS debited ON debited.id = transfer.debit_account_id
    WHERE transfer.kind = 'commit'
    GROUP BY credited.holder
)

SELECT 'award:' || award.id AS offender,
    CASE WHEN scheme.code IS NULL THEN 'names a scheme that its programme version lacks'
         WHEN award.amount <> scheme.total THEN 'is ' || award.amount || ', its scheme gives ' || scheme.total
         WHEN promise.holder IS NULL THEN 'was never committed'
         WHEN promise.times > 1 THEN 'was committed ' || promise.times || ' times'
         WHEN promise.amount <> award.amount THEN 'is ' || award.amount || ', committed are ' || promise.amount
         ELSE 'was committed by ' || promise.fund || ' instead of ' || scheme.fund END AS problem
FROM selection_award AS award
LEFT JOIN scheme
    ON scheme.programme_version_id = award.programme_version_id AND scheme.code = award.scheme
LEFT JOIN promise ON promise.holder = 'award:' || award.id
WHERE scheme.code IS NULL
   OR award.amount <> scheme.total
   OR promise.holder IS NULL
   OR promise.times > 1
   OR promise.amount <> award.amount
   OR promise.fund <> scheme.fund
UNION ALL
SELECT 'account:' || account.id, account.holder || ' was promised a benefit, and there is no such award'
FROM ledger_account AS account
LEFT JOIN selection_award AS award ON account.holder = 'award:' || award.id
WHERE account.kind = 'committed' AND award.id IS NULL
