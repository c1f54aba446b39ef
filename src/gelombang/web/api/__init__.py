"""The house's JSON API: the steps after registration, one call a step."""
