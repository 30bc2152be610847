"""A cold start of one function: what it imports, and how many files it opens for that."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from local.emulator import KEYS, REGION

ENTRIES = {
    "PollDispatch": ("poll", "dispatch", "dispatcher"),
    "Poll": ("poll", "worker", "worker"),
    "Remind": ("remind", "handler", "reminder"),
    "Report": ("report", "handler", "reporter"),
    "Api": ("api", "handler", "api"),
    "Notify": ("notify", "handler", "notifier"),
    "NotifyFollowUp": ("notify", "follow_up", "follower"),
}
"""By function: its folder, its module, and what wires it together."""
SETTINGS = {
    "TABLE_NAME": "fleet",
    "BUCKET_NAME": "pages",
    "TOPIC_ARN": "arn:aws:sns:us-east-1:123456789012:reminders",
    "POLL_QUEUE_URL": "https://sqs.example/polls",
    "DEAD_LETTER_QUEUE_URLS": "https://sqs.example/dead",
    "NOTIFY_QUEUE_URL": "https://sqs.example/notify",
    "NOTIFY_DEAD_LETTER_QUEUE_URL": "https://sqs.example/dead-notify",
    "TENANT_ZONE": "America/New_York",
    "LICENSE_MILESTONES": "10,3,1",
    "MAINTENANCE_MILESTONES": "60,30,7",
    "REMINDER_HOUR": "8",
    "DIGEST_OVER": "10",
    "POLL_RATE": "rate(1 hour)",
    "REMIND_RATE": "rate(15 minutes)",
    "RENEW_URL_TEMPLATE": "",
    "ALLOWED_NETWORKS": "",
    "DEAD_MAN_URL": "",
    "ENCRYPTION_ARN": "",
    "OIDC_ROLES": "",
    "SENDER_ADDRESS": "",
    "PAGE_URL": "https://licenses.example",
    "SECRET_PATH": "/lapsewatch/test",
    "REPORT_FUNCTION_NAME": "report",
    "REMIND_FUNCTION_NAME": "remind",
    "POWERTOOLS_METRICS_NAMESPACE": "Lapsewatch",
    "POWERTOOLS_SERVICE_NAME": "lapsewatch",
    "PYTHONTZPATH": "",
    "AWS_DEFAULT_REGION": REGION,
    **{key.upper(): value for key, value in KEYS.items()},
}
COUNTED = """
import json, os, sys, time
opened = set()
sys.addaudithook(lambda event, args: opened.add(os.fspath(args[0]))
                 if event == "open" and isinstance(args[0], (str, os.PathLike)) else None)
before = time.process_time()
{code}
taken = time.process_time() - before
print(json.dumps([taken, sorted(sys.modules), sorted(opened)]))
"""


@dataclass(frozen=True)
class Start:
    """What one cold start took."""

    seconds: float
    """Of CPU."""
    modules: frozenset[str]
    opened: tuple[str, ...]


def start_of(function: str, path: Iterable[Path | str], *, without_site: bool = False) -> Start:
    """Start a function in an interpreter of its own, up to where it could take its first event."""
    _, module, wired = ENTRIES[function]
    return started(f"import {module} as entry; entry.observed(); entry.{wired}()", path, without_site=without_site)


def started(code: str, path: Iterable[Path | str], *, without_site: bool = False) -> Start:
    """Run code in an interpreter of its own."""
    environment = {"PATH": os.defpath, "PYTHONPATH": os.pathsep.join(map(str, path)), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, *(["-S"] if without_site else []), "-c", COUNTED.format(code=code)]
    done = subprocess.run(command, env=SETTINGS | environment, check=True, capture_output=True, text=True)
    seconds, modules, opened = json.loads(done.stdout)
    return Start(seconds, frozenset(modules), tuple(opened))
