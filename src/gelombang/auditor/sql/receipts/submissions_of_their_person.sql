-- A submission belongs to the registration of the person whose address it gives.
-- over registration_admission
-- Indexes of two keys (the key of a later one stands in front) cannot be compared without the keys:
-- after a rotation of keys they are of one again.
SELECT 'receipt:' || submission.receipt AS offender, 'was admitted to another address' AS problem
FROM registration_admission AS admission
JOIN registration_submission AS submission ON submission.id = admission.submission_id
LEFT JOIN registration_registration AS registration ON registration.id = admission.registration_id
LEFT JOIN people_person AS person ON person.id = registration.person_id
WHERE person.erased_at IS NULL
  AND person.email_index IS DISTINCT FROM submission.email_index
  AND (
    person.id IS NULL
    OR CASE octet_length(person.email_index) WHEN 33 THEN get_byte(person.email_index, 0) ELSE 0 END
     = CASE octet_length(submission.email_index) WHEN 33 THEN get_byte(submission.email_index, 0) ELSE 0 END
  )
