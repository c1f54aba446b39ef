SELECT count(*)
FROM email_confirmation AS confirmation
LEFT JOIN registration_intakecursor AS reached ON reached.intake = 'email_confirmation'
WHERE reached.intake IS NULL
   OR (confirmation.xid, confirmation.id) > (reached.xid::xid8, reached.row_id)
