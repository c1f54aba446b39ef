-- Every award that was accepted got the training aid of its scheme as its balance, once; no other did.
-- over selection_award
WITH aid AS (
    SELECT version.id AS programme_version_id, scheme ->> 'code' AS code,
        sum((part ->> 'amount')::bigint * coalesce((part ->> 'times')::bigint, 1)) AS amount
    FROM programme_programmeversion AS version,
        LATERAL jsonb_array_elements(version.content -> 'schemes') AS scheme,
        LATERAL jsonb_array_elements(scheme -> 'parts') AS part
    WHERE part ->> 'kind' = 'training_aid'
    GROUP BY version.id, scheme ->> 'code'
),

granted AS (
    SELECT credited.holder, count(*) AS times, sum(transfer.amount) AS amount
    FROM ledger_transfer AS transfer
    JOIN ledger_account AS credited ON credited.id = transfer.credit_account_id
    WHERE transfer.kind = 'grant'
    GROUP BY credited.holder
)

SELECT 'award:' || award.id AS offender,
    CASE WHEN award.accepted_at IS NULL THEN 'was never accepted, and was granted ' || granted.amount
         WHEN granted.holder IS NULL THEN 'was accepted, and never granted'
         WHEN granted.times > 1 THEN 'was granted ' || granted.times || ' times'
         ELSE 'was granted ' || granted.amount || ', its scheme gives ' || coalesce(aid.amount, 0) END AS problem
FROM selection_award AS award
LEFT JOIN aid
    ON aid.programme_version_id = award.programme_version_id AND aid.code = award.scheme
LEFT JOIN granted ON granted.holder = 'award:' || award.id
WHERE (award.accepted_at IS NULL) <> (granted.holder IS NULL)
   OR granted.times > 1
   OR granted.amount <> aid.amount
UNION ALL
SELECT 'award:' || id, 'is ' || state || ', and has no instant of acceptance'
FROM selection_award
WHERE state = 'accepted' AND accepted_at IS NULL
