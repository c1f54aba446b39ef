-- Front doors commit in any order: the first instant counts, whichever batch brings it.
UPDATE registration_registration AS registration
SET submitted_at = found.submitted_at
FROM unnest(%(people)s::uuid[], %(submitted_at)s::timestamptz[]) AS found (person_id, submitted_at)
WHERE
    registration.person_id = found.person_id
    AND registration.submitted_at > found.submitted_at
