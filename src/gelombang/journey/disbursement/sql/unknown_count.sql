-- How many payouts the list of doubts has.
SELECT count(*) AS count FROM disbursement_payout AS payout
WHERE payout.state = 'unknown' OR payout.reason IN (
    'amount_differs', 'asked', 'float_too_low', 'forfeited', 'older_paid', 'paid_twice', 'said_paid')
