"""What a product code is called: a table first, then its structure, then the code itself."""

KNOWN = {
    "3CXPSPROF": "Professional (Perpetual)",
    "3CXPSPROFSPLA": "Professional (SPLA)",
    "3CXPSPROFENTSPLA": "Enterprise (SPLA)",
    "3CXPSPROFENT": "Enterprise (Perpetual)",
    "3CXPSSPLA": "Standard (SPLA)",
    "3CXPS": "Standard (Perpetual)",
}

PREFIX = "3CXPS"
ANNUAL = "SPLA"
NAMES = (
    # Enterprise before Professional: its code contains the other's.
    ("PROFENT", "Enterprise"),
    ("ENTERP", "Enterprise"),
    ("ENT", "Enterprise"),
    ("PROF", "Professional"),
    ("PRO", "Professional"),
)
RANKS = ("Standard", "Professional", "Enterprise")
"""From the least edition to the one that can do most."""


def edition_label(product_code: str | None, *, perpetual: bool = False) -> str | None:
    """Return what people call the edition; an unknown code is shown as it is, None stays None."""
    if not product_code:
        return None
    code = product_code.strip().upper()
    return KNOWN.get(code) or _by_structure(code, perpetual=perpetual) or product_code


def edition_rank(label: str) -> int | None:
    """Return where an edition of this label ranks, however it is paid for; None if nobody knows."""
    name = label.partition(" (")[0]
    return RANKS.index(name) if name in RANKS else None


def _by_structure(code: str, *, perpetual: bool) -> str | None:
    if not code.startswith(PREFIX):
        return None
    rest = code.removeprefix(PREFIX)
    annual = rest.endswith(ANNUAL)
    rest = rest.removesuffix(ANNUAL)
    name = next((label for start, label in NAMES if rest.startswith(start)), None)
    if name is None:
        return None
    if annual:
        return f"{name} (SPLA)"
    return f"{name} (Perpetual)" if perpetual else name
