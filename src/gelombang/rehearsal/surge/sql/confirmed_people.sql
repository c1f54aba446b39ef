-- Everybody who may state an identity now.
SELECT person_id FROM registration_facts WHERE email_confirmed_at IS NOT NULL ORDER BY registration_id
