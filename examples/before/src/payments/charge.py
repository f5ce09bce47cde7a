"""Charge a card once."""


def charge_card(amount_cents: int) -> str:
    """Return the receipt's number."""
    return f"receipt-{amount_cents}"
