-- Everybody who may join.
SELECT person_id FROM verification_facts WHERE state = 'verified' ORDER BY person_id
