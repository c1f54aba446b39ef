INSERT INTO registration_contactchange (
    person_id, channel, email_sealed, email_index, phone_sealed, phone_index, code_mac, salt,
    sent_at, expires_at, attempts_left, is_stepped_up, outcome
)
VALUES (
    %(person_id)s, %(channel)s, %(email_sealed)s, %(email_index)s, %(phone_sealed)s,
    %(phone_index)s, %(code_mac)s, %(salt)s, %(sent_at)s, %(expires_at)s, %(tries)s, %(is_stepped_up)s, ''
)
RETURNING id
