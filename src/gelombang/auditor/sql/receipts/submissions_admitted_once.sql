-- A submission is admitted once, and an admission tells of a submission that is there.
-- over registration_admission
SELECT 'submission:' || submission_id AS offender, 'is admitted more than once' AS problem
FROM registration_admission
GROUP BY submission_id
HAVING count(*) > 1
UNION ALL
SELECT 'submission:' || admission.submission_id, 'is admitted, and its receipt is missing'
FROM registration_admission AS admission
LEFT JOIN registration_submission AS submission ON submission.id = admission.submission_id
WHERE submission.id IS NULL
