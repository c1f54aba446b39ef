-- Confirm buttons that were pressed. A second press of the same link changes nothing.
INSERT INTO email_confirmation (receipt, email_index, received_at, real_at)
SELECT *
FROM unnest($1::text[], $2::bytea[], $3::timestamptz[], $4::timestamptz[])
ON CONFLICT DO NOTHING
RETURNING receipt
