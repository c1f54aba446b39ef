SELECT
    id, person_id, channel, coalesce(email_sealed, phone_sealed) AS value_sealed,
    coalesce(email_index, phone_index) AS value_index, code_mac, salt, sent_at, expires_at,
    attempts_left, is_stepped_up, proven_at, effective_at
FROM registration_contactchange
WHERE outcome = '' AND effective_at <= %(real_now)s
ORDER BY effective_at
LIMIT %(limit)s
FOR UPDATE SKIP LOCKED
