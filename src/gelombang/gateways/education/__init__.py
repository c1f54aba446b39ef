"""The education hub (Dapodik and PDDikti): who is at school or university now (R060, R064)."""
