-- A partner can no longer be asked. One that is known already, or has only just ended, goes on.
INSERT INTO verification_interruption (
    kind, cause, began_at, began_real_at, told_check, told_end, is_closed
)
VALUES (%(kind)s, %(cause)s, %(now)s, %(real_now)s, 0, 0, false)
ON CONFLICT (kind) WHERE NOT is_closed
DO UPDATE SET ended_at = NULL, ended_real_at = NULL
WHERE verification_interruption.ended_at IS NOT NULL
    AND verification_interruption.ended_real_at > %(settled)s
