"""The link to the vendor's shop for one license key."""

import re

KEY = re.compile(r"[A-Za-z0-9-]{4,64}")
PLACE = "{key}"


def renew_link(template: str, license_key: str | None) -> str | None:
    """Return the renewal address for a key, or None without a template or with anything but a plain key."""
    if not template or license_key is None or KEY.fullmatch(license_key) is None:
        return None
    return template.replace(PLACE, license_key)
