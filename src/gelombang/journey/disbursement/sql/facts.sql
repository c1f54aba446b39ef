-- What others may know about payout accounts, instalments and payouts; never a number or a name.
CREATE VIEW payout_account_facts AS
SELECT id AS account_id, person_id, partner, state, reason, asked_at, decided_at, effective_at
FROM disbursement_payoutaccount;

CREATE VIEW instalment_facts AS
SELECT id AS instalment_id, award_id, person_id, kind, number, amount, state, held_reason, due_at,
    paid_at
FROM disbursement_instalment;

CREATE VIEW payout_facts AS
SELECT id AS payout_id, instalment_id, batch_id, partner, reference, amount, state, attempts,
    enquiries, settled_at
FROM disbursement_payout;
