"""What each channel makes of each kind of message, as files.

After a change that is meant, `python -m tests.unit.channels.snapshot` writes them anew; their diff is then to be read.
"""

import json
from collections.abc import Callable
from pathlib import Path

from lapsewatch.adapters.channels.email import form as email
from lapsewatch.adapters.channels.opsgenie import form as opsgenie
from lapsewatch.adapters.channels.pagerduty import form as pagerduty
from lapsewatch.adapters.channels.post import Call
from lapsewatch.adapters.channels.slack import form as slack
from lapsewatch.adapters.channels.teams import form as teams
from lapsewatch.domain.messages import Message

from tests.builders import NOW
from tests.unit.channels.messages import MESSAGES

FOLDER = Path(__file__).parent / "snapshots"


def as_json(document: object) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def calls(form: dict[str, Call]) -> list[dict[str, object]]:
    return [{"path": call.path, "body": call.body} for call in form.values()]


def mail(message: Message) -> str:
    """Return a mail as its reader gets it: the headers that count, the text, and the HTML."""
    [made] = email.form_of(message, "licenses@example.com", ("desk@example.com",), NOW, one_by_one=False)
    headers = [f"{name}: {value}" for name, value in made.content.items()]
    bodies = [part.get_content() for part in made.content.iter_parts()]
    return "\n".join(
        [*headers, *(f"\n-- {name} --\n{body}" for name, body in zip(("text", "html"), bodies, strict=True))]
    )


FORMS: dict[str, tuple[str, Callable[[Message], str]]] = {
    "slack": ("json", lambda message: as_json(slack.form_of(message))),
    "teams": ("json", lambda message: as_json(teams.form_of(message))),
    "pagerduty": ("json", lambda message: as_json(calls(pagerduty.form_of(message)))),
    "email": ("txt", mail),
    "opsgenie": ("json", lambda message: as_json(calls(opsgenie.form_of(message)))),
}
"""By kind: what its files are called, and what is in them."""


def path_of(kind: str, name: str) -> Path:
    return FOLDER / kind / f"{name}.{FORMS[kind][0]}"


def main() -> None:
    for kind, (_, form) in FORMS.items():
        for name, message in MESSAGES.items():
            path_of(kind, name).parent.mkdir(parents=True, exist_ok=True)
            path_of(kind, name).write_text(form(message))


if __name__ == "__main__":
    main()
