-- The person states another account: the one that its partner has not answered about is withdrawn.
UPDATE disbursement_payoutaccount
SET state = 'refused', reason = %(reason)s, decided_at = %(now)s
WHERE person_id = %(person_id)s AND state = 'asked' AND asked_at <= %(overdue)s
