"""A finished course becomes a certificate that anyone can check."""
