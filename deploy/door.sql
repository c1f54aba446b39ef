-- What the front door may do, run by gelombang_owner after `gelombang migrate`: write the three
-- intake tables and find its own rows again by their key, read the calendar of the doors with its
-- stages, the id of the key of new indexes and the wait for letters, and keep the tallies of its queues.
GRANT INSERT, SELECT ON registration_submission, email_confirmation, wave_entry_request
    TO gelombang_door;
GRANT SELECT ON door_facts, door_stages, index_key_facts, letter_wait_facts TO gelombang_door;
GRANT INSERT, SELECT ON door_tally, queue_tally, queue_call TO gelombang_door;
GRANT INSERT ON visitor_sketch TO gelombang_door;
