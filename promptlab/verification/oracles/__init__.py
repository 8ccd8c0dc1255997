"""Closed forms: small inputs whose values a formula gives, each written out beside the check."""
