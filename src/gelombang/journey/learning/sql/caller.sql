-- The provider of a client code, or else any other one, whose key then does the same work in vain:
-- how long an answer takes does not tell which client codes exist.
SELECT code, sign_key_sealed, client_code = %(client_code)s AS is_caller
FROM learning_provider
ORDER BY client_code = %(client_code)s DESC, code
LIMIT 1
