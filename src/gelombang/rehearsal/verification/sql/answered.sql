-- How far the questions are: answered ones by kind, and what is still open.
SELECT
    (SELECT count(*) FROM verification_check WHERE state = 'answered') AS answered,
    (SELECT count(*) FROM verification_check WHERE state <> 'answered') AS open,
    (SELECT count(*) FROM verification_identity WHERE state = 'pending') AS pending
