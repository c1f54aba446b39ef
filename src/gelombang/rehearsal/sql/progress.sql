-- How far the steps have pulled: one consistent look through the views that every step publishes.
SELECT
    (SELECT count(*) FROM registration_facts) AS registered,
    (SELECT count(*) FROM registration_facts WHERE email_confirmed_at IS NOT NULL) AS confirmed,
    (SELECT count(*) FROM verification_facts) AS stated,
    (SELECT count(*) FROM verification_facts WHERE state = 'pending') AS pending,
    (SELECT count(*) FROM verification_facts WHERE state = 'verified') AS verified,
    (SELECT count(*) FROM wave_entry_facts WHERE state = 'joined') AS joined
