-- Open questions by kind.
SELECT kind, count(*) AS open FROM verification_check
WHERE state IN ('due', 'asked')
GROUP BY kind
