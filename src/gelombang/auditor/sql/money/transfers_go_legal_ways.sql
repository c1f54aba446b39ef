-- Money moves only from where to where its kind allows.
-- over ledger_transfer
WITH way (kind, debited, credited) AS (
    VALUES
    ('budget', 'treasury', 'programme_fund'),
    ('budget', 'programme_fund', 'treasury'),
    ('commit', 'programme_fund', 'committed'),
    ('grant', 'committed', 'training_balance'),
    ('purchase_hold', 'training_balance', 'provider_held'),
    ('purchase_post', 'provider_held', 'provider_payable'),
    ('purchase_void', 'provider_held', 'training_balance'),
    ('settle_provider', 'provider_payable', 'provider_paid'),
    ('forfeit', 'training_balance', 'programme_fund'),
    ('forfeit', 'committed', 'programme_fund'),
    ('forfeit', 'instalments_due', 'programme_fund'),
    ('due', 'committed', 'instalments_due'),
    ('late_paid', 'instalments_due', 'paid_out'),
    ('payout_reserve', 'instalments_due', 'partner_clearing'),
    ('payout_post', 'partner_clearing', 'paid_out'),
    ('payout_void', 'partner_clearing', 'instalments_due'),
    ('float_in', 'treasury', 'partner_float'),
    ('float_out', 'partner_float', 'partner_external'),
    ('float_back', 'partner_external', 'partner_float'),
    ('return', 'paid_out', 'instalments_due'),
    ('recover_due', 'paid_out', 'recoverable'),
    ('recover', 'recoverable', 'recovered')
)

SELECT 'transfer:' || transfer.id AS offender,
    'is a ' || transfer.kind || ' from ' || debited.kind || ' to ' || credited.kind AS problem
FROM ledger_transfer AS transfer
JOIN ledger_account AS debited ON debited.id = transfer.debit_account_id
JOIN ledger_account AS credited ON credited.id = transfer.credit_account_id
LEFT JOIN way
    ON way.kind = transfer.kind
    AND way.debited = debited.kind
    AND way.credited = credited.kind
WHERE way.kind IS NULL
