-- How much a batch would pay through each partner.
SELECT partner, count(*) AS payouts, sum(amount)::bigint AS amount
FROM disbursement_payout WHERE batch_id = %(batch)s GROUP BY partner ORDER BY partner
