-- A receipt and an idempotency key stand for one deed only, in either intake.
-- over registration_submission
SELECT 'receipt:' || receipt AS offender, 'stands ' || count(*) || ' times' AS problem
FROM (
    SELECT receipt FROM registration_submission
    UNION ALL
    SELECT receipt FROM wave_entry_request
) AS given
GROUP BY receipt
HAVING count(*) > 1
UNION ALL
SELECT 'receipt:' || min(receipt), 'shares its idempotency key'
FROM registration_submission
GROUP BY idempotency_key
HAVING count(*) > 1
UNION ALL
SELECT 'receipt:' || min(receipt), 'shares its idempotency key'
FROM wave_entry_request
GROUP BY idempotency_key
HAVING count(*) > 1
