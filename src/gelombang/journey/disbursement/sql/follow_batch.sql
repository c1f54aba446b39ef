-- The payouts of a batch go where their batch went.
UPDATE disbursement_payout SET state = %(to)s WHERE batch_id = %(batch)s AND state = %(from)s
