"""Mail that goes out: one SMTP client, and a mail catcher as its honest fake."""
