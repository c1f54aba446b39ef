-- What a partner said about one payout.
SELECT answer.call, answer.outcome, answer.code, answer.amount, answer.answered_at
FROM disbursement_partneranswer AS answer
JOIN disbursement_payout AS payout ON payout.id = answer.payout_id
WHERE payout.reference = %(reference)s ORDER BY answer.id LIMIT 100
