-- The uses of one batch with the sealed NIK that each was about.
SELECT used.question_id AS check_id, identity.nik_sealed
FROM verification_usagereport AS report
JOIN verification_usage AS used
    ON (used.xid, used.id) > (report.after_xid::text::xid8, report.after_id)
    AND (used.xid, used.id) <= (report.upto_xid::text::xid8, report.upto_id)
JOIN verification_check AS asked ON asked.id = used.question_id
JOIN verification_identity AS identity ON identity.id = asked.identity_id
WHERE report.id = %(report_id)s
ORDER BY used.xid, used.id
