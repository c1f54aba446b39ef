"""Payment partners by SNAP BI: e-money issuers (services 37, 38, 39) and a bank (15, 17, 36)."""
