-- Everything behind the cursors, also what is not yet safe to pull.
SELECT
    (
        SELECT count(*)
        FROM registration_submission AS waiting
        INNER JOIN registration_intakecursor AS cursor
            ON cursor.intake = 'registration_submission'
        WHERE (waiting.xid, waiting.id) > (cursor.xid::xid8, cursor.row_id)
    ) + (
        SELECT count(*)
        FROM email_confirmation AS waiting
        INNER JOIN registration_intakecursor AS cursor ON cursor.intake = 'email_confirmation'
        WHERE (waiting.xid, waiting.id) > (cursor.xid::xid8, cursor.row_id)
    )
