-- Every confirmation that the puller has passed confirmed the registration of its receipt.
-- over email_confirmation
SELECT 'receipt:' || confirmation.receipt AS offender,
    CASE WHEN submission.id IS NULL THEN 'was confirmed, and its submission is missing'
         WHEN submission.email_index <> confirmation.email_index THEN 'was confirmed for another address'
         ELSE 'was confirmed and not counted' END AS problem
FROM email_confirmation AS confirmation
JOIN registration_intakecursor AS reached ON reached.intake = 'email_confirmation'
LEFT JOIN registration_submission AS submission ON submission.receipt = confirmation.receipt
LEFT JOIN registration_admission AS admission ON admission.submission_id = submission.id
LEFT JOIN registration_registration AS registration ON registration.id = admission.registration_id
WHERE (confirmation.xid, confirmation.id) <= (reached.xid::xid8, reached.row_id)
  AND (submission.id IS NULL
       OR submission.email_index <> confirmation.email_index
       OR registration.id IS NULL
       OR registration.state = 'registered'
       OR (registration.state = 'email_confirmed' AND registration.email_confirmed_at IS NULL))
