-- The oldest batch that the registry does not have yet.
SELECT report.id
FROM verification_usagereport AS report
WHERE NOT EXISTS (
    SELECT 1 FROM verification_usagereportsent AS sent WHERE sent.report_id = report.id
)
ORDER BY report.id
LIMIT 1
