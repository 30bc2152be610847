"""Code that the operations guide tells people to copy, as they would run it."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

GUIDE = Path(__file__).parents[1] / "docs" / "operations.md"


def verified() -> Callable[[bytes, str, str], bool]:
    """Return the guide's check of a webhook's signature."""
    [code] = re.findall(r"```python\n(.*?def verified.*?)```", GUIDE.read_text(), re.DOTALL)
    names: dict[str, Any] = {}
    exec(code, names)
    found: Callable[[bytes, str, str], bool] = names["verified"]
    return found
