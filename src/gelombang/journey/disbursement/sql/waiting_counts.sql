-- Work that waits: accounts to be asked about by partner, and instalments whose turn has come.
SELECT 'asked' AS what, partner AS word, count(*) AS count
FROM disbursement_payoutaccount
WHERE state = 'asked'
GROUP BY 2
UNION ALL
SELECT 'coming_due', '', count(*)
FROM disbursement_instalment
WHERE state = 'planned' AND due_at <= %(now)s
UNION ALL
SELECT 'look_again', '', count(*)
FROM disbursement_instalment
WHERE state = 'held' AND look_again_at <= %(now)s
