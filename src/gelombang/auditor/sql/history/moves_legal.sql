-- Every recorded change of a state is one that the programme allows.
-- over audit_move
WITH legal (table_name, from_state, to_state) AS (
    VALUES
    ('registration_registration', 'registered', 'email_confirmed'),
    ('registration_registration', 'registered', 'erased'),
    ('registration_registration', 'email_confirmed', 'erased'),
    ('nominations_nomination', 'received', 'validated'),
    ('nominations_nomination', 'received', 'rejected'),
    ('nominations_nomination', 'validated', 'invited'),
    ('nominations_nomination', 'validated', 'withdrawn'),
    ('nominations_nomination', 'invited', 'withdrawn'),
    ('verification_identity', 'pending', 'verified'),
    ('verification_identity', 'pending', 'refuted'),
    ('verification_identity', 'pending', 'disputed'),
    ('verification_identity', 'verified', 'disputed'),
    ('verification_identity', 'disputed', 'verified'),
    ('verification_identity', 'disputed', 'refuted'),
    ('verification_check', 'due', 'asked'),
    ('verification_check', 'due', 'answered'),
    ('verification_check', 'asked', 'due'),
    ('verification_check', 'asked', 'answered'),
    ('verification_check', 'answered', 'due'),
    ('waves_wave', 'planned', 'open'),
    ('waves_wave', 'open', 'closed'),
    ('waves_wave', 'closed', 'void'),
    ('waves_entry', 'joined', 'withdrawn'),
    ('waves_entry', 'joined', 'carried'),
    ('waves_entry', 'withdrawn', 'joined'),
    ('selection_draw', 'requested', 'frozen'),
    ('selection_draw', 'frozen', 'drawn'),
    ('selection_draw', 'frozen', 'void'),
    ('selection_draw', 'drawn', 'awarded'),
    ('selection_award', 'open', 'accepted'),
    ('selection_award', 'open', 'declined'),
    ('selection_award', 'open', 'lapsed'),
    ('selection_award', 'open', 'revoked'),
    ('selection_award', 'accepted', 'lapsed'),
    ('selection_award', 'accepted', 'revoked'),
    ('people_lifetimeclaim', 'held', 'used'),
    ('people_lifetimeclaim', 'held', 'released'),
    ('notices_notice', 'owed', 'sent'),
    ('notices_notice', 'owed', 'given_up')
)

SELECT 'audit_move:' || min(move.id) AS offender,
    move.table_name || ' went from ' || move.from_state || ' to ' || move.to_state
    || ', ' || count(*) || ' times' AS problem
FROM audit_move AS move
LEFT JOIN legal USING (table_name, from_state, to_state)
WHERE legal.table_name IS NULL
GROUP BY move.table_name, move.from_state, move.to_state
