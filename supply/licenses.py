"""Under which licenses the packages of the layer are, and which of them we can hand on."""

import re
from importlib.metadata import distribution

ALLOWED = frozenset({"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "MIT", "MIT-0", "MPL-2.0", "PSF-2.0"})
"""Those that ask for no more than a notice, or, as MPL-2.0, for the source of a file that we do not change."""
READ_BY_HAND = {"jinja2": "BSD-3-Clause", "python-dateutil": "Apache-2.0 OR BSD-3-Clause"}
"""Of packages whose metadata gives no identifier: what their LICENSE file says."""


def license_of(package: str) -> str:
    """Return the SPDX expression of an installed package; raise LookupError where nobody has said one."""
    metadata = distribution(package).metadata
    said = metadata.get("License-Expression") or metadata.get("License") or ""
    found = said if re.fullmatch(r"[A-Za-z0-9.-]+( (OR|AND) [A-Za-z0-9.-]+)*", said) else READ_BY_HAND.get(package, "")
    if not found:
        raise LookupError(f"{package}: its metadata names no license; read it, and say so in READ_BY_HAND")
    return found


def allowed(expression: str) -> bool:
    """Tell whether one side of an OR may be chosen, all of its parts being allowed."""
    return any(all(part in ALLOWED for part in side.split(" AND ")) for side in expression.split(" OR "))
