-- Answers of the civil registry that were used just now: it wants to be told of each, once.
INSERT INTO verification_usage (question_id)
SELECT used.id FROM unnest(%(ids)s::bigint[]) AS used (id)
ON CONFLICT (question_id) DO NOTHING
