-- A registration is confirmed only by somebody who opened a link sent to its address.
-- over registration_registration
SELECT 'registration:' || registration.id AS offender, 'is confirmed by no link of its own' AS problem
FROM registration_registration AS registration
JOIN people_person AS person ON person.id = registration.person_id
WHERE (registration.email_confirmed_at IS NOT NULL OR registration.state = 'email_confirmed')
  AND NOT EXISTS (
    SELECT 1
    FROM registration_admission AS admission
    JOIN registration_submission AS submission ON submission.id = admission.submission_id
    JOIN email_confirmation AS confirmation ON confirmation.receipt = submission.receipt
    WHERE admission.registration_id = registration.id
      AND confirmation.received_at = registration.email_confirmed_at
      AND (confirmation.email_index = person.email_index OR person.erased_at IS NOT NULL)
  )
