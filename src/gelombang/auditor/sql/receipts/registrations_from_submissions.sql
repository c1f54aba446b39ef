-- Every registration comes from a submission, and dates from its earliest.
-- over registration_registration
SELECT 'registration:' || registration.id AS offender,
    CASE WHEN first_one.received_at IS NULL THEN 'has no submission'
         ELSE 'is not dated by its earliest submission' END AS problem
FROM registration_registration AS registration
LEFT JOIN (
    SELECT admission.registration_id, min(submission.received_at) AS received_at
    FROM registration_admission AS admission
    JOIN registration_submission AS submission ON submission.id = admission.submission_id
    GROUP BY admission.registration_id
) AS first_one ON first_one.registration_id = registration.id
WHERE first_one.received_at IS NULL
   OR registration.submitted_at <> first_one.received_at
