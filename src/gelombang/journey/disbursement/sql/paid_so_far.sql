-- Who was paid at least once, and how much was paid in all.
SELECT count(*) AS recipients, COALESCE(sum(paid.amount), 0)::bigint AS amount
FROM (
    SELECT sum(amount) AS amount FROM disbursement_instalment
    WHERE state = 'paid' GROUP BY award_id
) AS paid
