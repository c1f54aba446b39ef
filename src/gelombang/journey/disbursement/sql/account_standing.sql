-- What decides whether a person may state an account now.
SELECT
    EXISTS (
        SELECT 1 FROM award_facts
        WHERE person_id = %(person_id)s AND state IN ('open', 'accepted')
    ) AS has_award,
    EXISTS (
        SELECT 1 FROM disbursement_payoutaccount
        WHERE person_id = %(person_id)s AND state = 'asked' AND asked_at > %(overdue)s
    ) AS is_asked,
    EXISTS (
        SELECT 1 FROM disbursement_payoutaccount
        WHERE person_id = %(person_id)s AND state = 'asked' AND asked_at <= %(overdue)s
    ) AS is_overdue,
    (
        SELECT account_index FROM disbursement_payoutaccount
        WHERE person_id = %(person_id)s AND state = 'linked'
    ) AS linked_index,
    (
        SELECT count(*) FROM disbursement_payoutaccount
        WHERE person_id = %(person_id)s AND asked_at > %(since)s
    ) AS stated_lately
