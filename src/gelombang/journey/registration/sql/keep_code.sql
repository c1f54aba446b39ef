INSERT INTO registration_signincode (
    email_index, person_id, link_sent, code_mac, salt, sent_at, texted_at, expires_at, attempts_left
)
VALUES (
    %(email_index)s, %(person_id)s, %(link_sent)s, %(code_mac)s, %(salt)s,
    %(sent_at)s, %(texted_at)s, %(expires_at)s, %(tries)s
)
RETURNING id
