-- An older attempt is said to have arrived: this one is enquired about as before, and never sent
-- again.
UPDATE disbursement_payout SET reason = %(reason)s WHERE id = %(id)s AND reason IN ('', 'asked')
