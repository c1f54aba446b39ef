"""Someone asks to take part and proves the e-mail address."""
