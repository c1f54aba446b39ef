-- Which registrations receipts became, and the address that each was given for. The link goes out
-- after its submission was admitted, so the admission of a true one is always there already.
SELECT admission.receipt, submission.email_index, admission.registration_id
FROM unnest(%(receipts)s::text[]) AS confirmation (receipt)
INNER JOIN registration_admission AS admission ON admission.receipt = confirmation.receipt
INNER JOIN registration_submission AS submission ON submission.id = admission.submission_id
