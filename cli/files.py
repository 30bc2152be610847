"""Small files that an operator names, and the certificates in them."""

import re
from pathlib import Path

LARGEST_PEM = 64 * 1024
BEGIN = "-----BEGIN CERTIFICATE-----"
BLOCK = re.compile(rf"{BEGIN}[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----")


def text_of(path: Path, name: str, most: int) -> str:
    """Return the text of a file; raise ValueError that begins with `name`, with the remedy."""
    try:
        if path.stat().st_size > most:
            raise ValueError(f"{name}: {path.name} is larger than {most} bytes: give another file.")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ValueError(f"{name}: {path.name} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise ValueError(f"{name}: {path.name} is no text.") from None


def certificates_in(text: str) -> str:
    """Return the certificates of a PEM text and nothing else: many programs write comments above each.

    Empty if there is none.
    """
    blocks = (block.splitlines() for block in BLOCK.findall(text))
    return "".join(f"{line.strip()}\n" for block in blocks for line in block if line.strip())


def ca_from(text: str, name: str) -> str:
    """Return the certificates of a PEM text; raise ValueError that begins with `name` if there is none."""
    found = certificates_in(text)
    if not found:
        raise ValueError(f"{name}: give a PEM file, which has a line {BEGIN}.")
    return found
