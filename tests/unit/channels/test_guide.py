"""The guide of channels says what the channels do."""

import json
import re
from pathlib import Path

from lapsewatch.adapters.channels.kinds import KINDS
from lapsewatch.adapters.channels.slack.form import ITEMS

from tests.unit.channels.snapshot import FOLDER

GUIDE = (Path(__file__).parents[3] / "docs" / "channels.md").read_text()
SECRET = re.compile(r"^\| `(\w+)`.*? \| `(\{.*?\})`", re.MULTILINE)
PLACEHOLDERS = {"routing_key": "x" * 32, "api_key": "x" * 36, "url": "https://hooks.example.com/x", "secret": "x" * 16}


def test_every_kind_is_in_the_table_of_what_it_does_and_in_that_of_its_secret() -> None:
    assert set(re.findall(r"^\| `(\w+)` \| [^`]", GUIDE, re.MULTILINE)) == set(KINDS)
    assert {kind for kind, _ in SECRET.findall(GUIDE)} == set(KINDS)


def test_the_secrets_in_the_guide_are_of_the_form_that_is_read() -> None:
    for kind, text in SECRET.findall(GUIDE):
        stored = json.loads(text)
        KINDS[kind].target_from(
            json.dumps(stored | {name: PLACEHOLDERS[name] for name in stored.keys() & PLACEHOLDERS})
        )


def test_the_mail_in_the_guide_is_the_mail_that_is_sent() -> None:
    mail = (FOLDER / "email" / "expired.txt").read_text()

    [shown] = [block for block in re.findall(r"```\n(.*?)```", GUIDE, re.DOTALL) if block.startswith("Subject: ")]
    subject, _, text = shown.partition("\n\n")
    assert f"{subject}\n" in mail
    assert text.strip() == mail.partition("-- text --\n")[2].partition("-- html --")[0].strip()


def test_the_guide_knows_how_many_notices_have_room() -> None:
    assert f"up to {ITEMS} notices" in GUIDE
