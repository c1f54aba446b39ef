-- Every confirmation that the puller has passed confirmed the registration of its receipt.
-- over email_confirmation
-- Indexes of two keys (the key of a later one stands in front) cannot be compared without the keys:
-- after a rotation of keys they are of one again.
SELECT 'receipt:' || confirmation.receipt AS offender,
    CASE WHEN submission.id IS NULL THEN 'was confirmed, and its submission is missing'
         WHEN of_one_key.both AND submission.email_index <> confirmation.email_index
             THEN 'was confirmed for another address'
         ELSE 'was confirmed and not counted' END AS problem
FROM email_confirmation AS confirmation
JOIN registration_intakecursor AS reached ON reached.intake = 'email_confirmation'
LEFT JOIN registration_submission AS submission ON submission.receipt = confirmation.receipt
LEFT JOIN registration_admission AS admission ON admission.submission_id = submission.id
LEFT JOIN registration_registration AS registration ON registration.id = admission.registration_id
CROSS JOIN LATERAL (
    SELECT CASE octet_length(submission.email_index) WHEN 33 THEN get_byte(submission.email_index, 0) ELSE 0 END
         = CASE octet_length(confirmation.email_index) WHEN 33 THEN get_byte(confirmation.email_index, 0) ELSE 0 END AS both
) AS of_one_key
WHERE (confirmation.xid, confirmation.id) <= (reached.xid::xid8, reached.row_id)
  AND (submission.id IS NULL
       OR (of_one_key.both AND submission.email_index <> confirmation.email_index)
       OR registration.id IS NULL
       OR registration.state = 'registered'
       OR (registration.state = 'email_confirmed' AND registration.email_confirmed_at IS NULL))
