"""How far long work has come. Shown on a terminal only, and beside what is printed for programs."""

from collections.abc import Iterator, Sequence

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from cli.printing import complaints


def bar() -> Progress:
    """Return a bar that says nothing unless somebody is there to look."""
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, console=complaints, transient=True, disable=not complaints.is_terminal)


def tracked[Item](items: Sequence[Item], text: str) -> Iterator[Item]:
    """Yield each item, and show how many are done."""
    with bar() as progress:
        yield from progress.track(items, description=text)
