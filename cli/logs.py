"""What the parts of the product log, as lines for the operator: no traceback of something that was handled."""

import logging

from cli.printing import complain

TOLD = ("pk", "instance_id", "code", "secret", "count")
"""What else a record may carry that helps to find what it is about. None of it is secret."""


class ForPeople(logging.Handler):
    """Prints warnings and errors as a line each."""

    def emit(self, record: logging.LogRecord) -> None:
        about = [f"{name} {getattr(record, name)}" for name in TOLD if hasattr(record, name)]
        complain(f"{record.getMessage()}{f' ({", ".join(about)})' if about else ''}")


def tell_people() -> None:
    """Have our own packages log to the terminal."""
    ours = logging.getLogger("lapsewatch")
    ours.addHandler(ForPeople(logging.WARNING))
    ours.propagate = False
