"""The employment insurer BPJS Ketenagakerjaan: who is insured as an employee, and who lost work."""
