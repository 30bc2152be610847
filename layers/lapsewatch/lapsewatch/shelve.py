"""Put on the shelf what shows something new, and never an older page over a newer one."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from lapsewatch.domain.catalog import Catalog, Rendered
from lapsewatch.errors import ConflictError
from lapsewatch.ports import Pages

TRIES = 3


def shelve(pages: Pages, render: Callable[[], Iterable[Rendered]], gone: Rendered, now: datetime) -> tuple[int, int]:
    """Render every page first and only then replace those that changed, so that a failure leaves the old ones whole.

    A page that is no more is replaced by `gone`. Return how many pages were replaced, and how many were left as they
    are because a newer report had been there.
    """
    for _ in range(TRIES):
        before = pages.catalog()
        if before.begun_at is not None and before.begun_at > now:
            return 0, len(before.fingerprints)
        changed, fingerprints = _changed(before, render())
        changed += [replace(gone, name=name) for name in sorted(before.fingerprints.keys() - fingerprints.keys())]
        try:
            return _put(pages, before, changed, fingerprints, now), 0
        except ConflictError:
            continue  # Another report put pages meanwhile; if it is an older one, it is our turn again.
    raise ConflictError("the pages kept being replaced by other reports")


def _changed(before: Catalog, rendered: Iterable[Rendered]) -> tuple[list[Rendered], dict[str, str]]:
    """Return what must be put, and the fingerprints of all. What is unchanged is let go of at once."""
    changed, fingerprints = [], {}
    for page in rendered:
        fingerprints[page.name] = page.fingerprint
        if before.fingerprints.get(page.name) != page.fingerprint:
            changed.append(page)
    return changed, fingerprints


def _put(pages: Pages, before: Catalog, changed: list[Rendered], fingerprints: dict[str, str], now: datetime) -> int:
    """Put pages between two writes of the catalog, each of which fails if another report wrote it meanwhile.

    The first shuts out every older report, and says of no page that it is what it may soon not be: should we break off,
    the next report puts them all. The second says that everything on the shelf is as of `now`.
    """
    if changed:
        doubtful = {page.name for page in changed}
        sure = {name: known for name, known in before.fingerprints.items() if name not in doubtful}
        before = pages.keep(replace(before, begun_at=now, fingerprints=sure))
        pages.put_all(changed, now)
    pages.keep(replace(before, begun_at=now, generated_at=now, fingerprints=fingerprints))
    return len(changed)
