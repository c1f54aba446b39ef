-- A payout is paid or failed because its partner said so, in our amount, and not against another answer.
-- over disbursement_payout
SELECT 'payout:' || payout.reference AS offender,
    CASE WHEN payout.state = 'failed' THEN 'is failed, and its partner ' ||
              CASE WHEN count(*) FILTER (WHERE answer.outcome = 'Paid') > 0 THEN 'said paid' ELSE 'never said so' END
         ELSE 'is paid, and its partner never said so in that amount' END AS problem
FROM disbursement_payout AS payout
LEFT JOIN disbursement_partneranswer AS answer ON answer.payout_id = payout.id
WHERE payout.state IN ('paid', 'failed')
GROUP BY payout.id
HAVING CASE WHEN payout.state = 'paid'
            THEN count(*) FILTER (WHERE answer.outcome = 'Paid' AND answer.amount = payout.amount) = 0
            WHEN payout.reason IN ('stopped', 'superseded', 'account_replaced', 'award_ended', 'certificate_revoked')
            THEN count(*) FILTER (WHERE answer.outcome IN ('NotNow', 'NoFunds', 'OurFault', 'NotFound')) = 0
                 OR count(*) FILTER (WHERE answer.outcome = 'Paid' AND answer.amount = payout.amount) > 0
            ELSE count(*) FILTER (WHERE answer.outcome = 'Refused') = 0
                 OR count(*) FILTER (WHERE answer.outcome = 'Paid' AND answer.amount = payout.amount) > 0 END
