-- Keep usable answers for appeals (R059, R064, R065).
INSERT INTO verification_attestation (
    identity_id, kind, verdict, source, code, detail, answer_sha256, as_of, answered_at, expires_at
)
SELECT answer.identity_id, %(kind)s::text, answer.verdict, %(source)s::text, answer.code,
    answer.detail::jsonb, answer.sha256, answer.as_of, %(now)s::timestamptz, %(expires_at)s::timestamptz
FROM unnest(
    %(identities)s::bigint[], %(verdicts)s::text[], %(codes)s::text[], %(details)s::text[],
    %(sha256s)s::text[], %(as_ofs)s::timestamptz[]
) AS answer (identity_id, verdict, code, detail, sha256, as_of)
