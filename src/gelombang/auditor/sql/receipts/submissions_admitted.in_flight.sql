SELECT count(*)
FROM registration_submission AS submission
LEFT JOIN registration_intakecursor AS reached ON reached.intake = 'registration_submission'
LEFT JOIN registration_admission AS admission ON admission.submission_id = submission.id
WHERE admission.submission_id IS NULL
  AND (reached.intake IS NULL
       OR (submission.xid, submission.id) > (reached.xid::xid8, reached.row_id))
