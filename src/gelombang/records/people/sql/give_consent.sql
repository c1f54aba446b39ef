INSERT INTO people_consent (person_id, purpose, version, given_at)
VALUES (%(person_id)s, %(purpose)s, %(version)s, %(now)s)
ON CONFLICT (person_id, purpose, version) WHERE withdrawn_at IS NULL DO NOTHING
