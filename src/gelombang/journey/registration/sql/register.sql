-- One registration per person; the answer names the people who had none.
INSERT INTO registration_registration (person_id, state, submitted_at)
SELECT newcomer.person_id, 'registered', newcomer.submitted_at
FROM unnest(%(people)s::uuid[], %(submitted_at)s::timestamptz[])
    AS newcomer (person_id, submitted_at)
ORDER BY newcomer.person_id
ON CONFLICT (person_id) DO NOTHING
RETURNING person_id
