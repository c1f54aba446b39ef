-- After each sending a partner is asked at most three times, and at least ninety seconds apart.
-- over disbursement_partneranswer
SELECT 'payout:' || payout.reference AS offender,
    CASE WHEN counted.enquiries > counted.most THEN 'was enquired about ' || counted.enquiries || ' times after one sending'
         ELSE 'was enquired about again after ' || counted.shortest END AS problem
FROM (
    SELECT gaps.payout_id, gaps.attempt, count(*) AS enquiries, min(gaps.gap) AS shortest,
        3 * (1 + (
            SELECT count(*) FROM audit_entry
            WHERE action = 'disbursement.ask_again'
              AND subject = 'payout:' || (SELECT reference FROM disbursement_payout WHERE id = gaps.payout_id)
        )) AS most
    FROM (
        SELECT payout_id, attempt, answered_at - lag(answered_at) OVER (
            PARTITION BY payout_id, attempt ORDER BY id) AS gap
        FROM disbursement_partneranswer
        WHERE call = 'enquire'
    ) AS gaps
    GROUP BY gaps.payout_id, gaps.attempt
) AS counted
JOIN disbursement_payout AS payout ON payout.id = counted.payout_id
WHERE counted.enquiries > counted.most
   OR counted.most = 3 AND counted.shortest < interval '90 seconds'
