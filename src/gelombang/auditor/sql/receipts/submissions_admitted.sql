-- Every submission that the puller has passed belongs to a registration.
-- over registration_submission
SELECT 'receipt:' || submission.receipt AS offender, 'was pulled and admitted to nothing' AS problem
FROM registration_submission AS submission
JOIN registration_intakecursor AS reached ON reached.intake = 'registration_submission'
LEFT JOIN registration_admission AS admission ON admission.submission_id = submission.id
WHERE admission.submission_id IS NULL
  AND (submission.xid, submission.id) <= (reached.xid::xid8, reached.row_id)
