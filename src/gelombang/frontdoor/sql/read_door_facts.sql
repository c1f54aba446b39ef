-- The calendar and the controls of the door: a handful of rows, read every second;
-- and the key that new blind indexes are made with.
SELECT
    subject, name, opens_at, closes_at, finish_until, signed_off,
    paused, admission_per_second, proof_cost, address_per_minute, network_per_minute,
    house_admission, index_key_facts.settled
FROM door_facts
CROSS JOIN index_key_facts
LIMIT 1000
