-- The references by which partners know our payouts are well-formed, and each is of one payout.
-- over disbursement_payout
SELECT 'payout:' || reference AS offender, 'has a reference that a partner would not take' AS problem
FROM disbursement_payout
WHERE reference !~ '^[A-Za-z0-9-]{1,35}$'
UNION ALL
SELECT 'payout:' || reference, 'shares its reference with ' || count(*) - 1 || ' more'
FROM disbursement_payout
GROUP BY reference
HAVING count(*) > 1
