-- How many people the steps have registered and entered so far.
SELECT
    (SELECT count(*) FROM registration_facts) AS registered,
    (SELECT count(*) FROM wave_entry_facts WHERE state = 'joined') AS joined
