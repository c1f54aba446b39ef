-- What the front door may know of the outbox: how long an ordinary letter took to leave when it was
-- measured last, by the real clock.
CREATE VIEW letter_wait_facts AS
SELECT seconds AS letter_wait_seconds, measured_at AS letter_wait_measured_at
FROM notices_letterwait;
