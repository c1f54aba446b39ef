-- A fund was given what a budget version says, no sooner than that version took effect.
-- over ledger_account
WITH given AS (
    SELECT transfer.id, transfer.happened_at,
        split_part(transfer.reference, ':', 2) AS programme,
        split_part(transfer.reference, ':', 3) AS funder,
        split_part(transfer.reference, ':', 4) AS version,
        CASE WHEN credited.kind = 'programme_fund' THEN transfer.amount ELSE -transfer.amount END
            AS amount,
        CASE WHEN credited.kind = 'programme_fund' THEN credited.holder ELSE debited.holder END
            AS fund
    FROM ledger_transfer AS transfer
    JOIN ledger_account AS debited ON debited.id = transfer.debit_account_id
    JOIN ledger_account AS credited ON credited.id = transfer.credit_account_id
    WHERE transfer.kind = 'budget'
),

decided AS (
    SELECT version.code AS programme, budget ->> 'funder' AS funder, budget ->> 'version' AS version,
        (budget ->> 'amount')::numeric AS amount, (budget ->> 'effective_on')::date AS effective_on
    FROM programme_programmeversion AS version,
        LATERAL jsonb_array_elements(version.content -> 'budgets') AS budget
),

reached AS (
    SELECT id, programme, funder, version, fund, happened_at,
        sum(amount) OVER (
            PARTITION BY programme, funder ORDER BY version::numeric, id
        ) AS amount
    FROM given
    WHERE version ~ '^[0-9]+$'
)

SELECT 'transfer:' || given.id AS offender, 'names no budget version' AS problem
FROM given
WHERE given.version !~ '^[0-9]+$' OR given.fund <> 'programme:' || given.programme || ':' || given.funder
UNION ALL
SELECT 'transfer:' || reached.id,
    'brings ' || reached.fund || ' to ' || reached.amount || ', which no version in force says'
FROM reached
WHERE NOT EXISTS (
    SELECT 1 FROM decided
    WHERE (decided.programme, decided.funder, decided.version)
        = (reached.programme, reached.funder, reached.version)
      AND decided.amount = reached.amount
      AND decided.effective_on <= (reached.happened_at AT TIME ZONE 'Asia/Jakarta')::date
)
