-- An instalment has at most one payout that is open or paid, and is paid exactly when that one is.
-- over disbursement_instalment
SELECT 'instalment:' || instalment.id AS offender,
    'is ' || instalment.state || ', with ' || count(payout.id) FILTER (WHERE payout.state = 'paid') || ' paid and '
    || count(payout.id) FILTER (WHERE payout.state IN ('prepared', 'approved', 'released', 'sent', 'unknown'))
    || ' open payouts' AS problem
FROM disbursement_instalment AS instalment
LEFT JOIN disbursement_payout AS payout ON payout.instalment_id = instalment.id
GROUP BY instalment.id
HAVING count(payout.id) FILTER (
        WHERE payout.state IN ('prepared', 'approved', 'released', 'sent', 'unknown', 'paid')
    ) <> CASE WHEN instalment.state IN ('in_payment', 'paid', 'recovering', 'recovered') THEN 1 ELSE 0 END
    OR (instalment.state IN ('paid', 'recovering', 'recovered'))
        <> (count(payout.id) FILTER (WHERE payout.state = 'paid') > 0)
