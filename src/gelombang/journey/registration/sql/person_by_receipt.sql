SELECT registration.person_id
FROM registration_submission AS submission
INNER JOIN registration_admission AS admission ON admission.submission_id = submission.id
INNER JOIN registration_registration AS registration
    ON registration.id = admission.registration_id
WHERE submission.receipt = %(receipt)s
