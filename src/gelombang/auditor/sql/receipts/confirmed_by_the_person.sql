-- A registration is confirmed only by somebody who opened a link sent to its address.
-- over registration_registration
-- Indexes of two keys (the key of a later one stands in front) cannot be compared without the keys:
-- after a rotation of keys they are of one again.
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
      AND (
        confirmation.email_index = person.email_index
        OR person.erased_at IS NOT NULL
        OR CASE octet_length(confirmation.email_index) WHEN 33 THEN get_byte(confirmation.email_index, 0) ELSE 0 END
         <> CASE octet_length(person.email_index) WHEN 33 THEN get_byte(person.email_index, 0) ELSE 0 END
      )
  )
