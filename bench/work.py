"""`make bench-work`: what a dispatch, a poll and a report cost in CPU and requests, for the constants of `bench/cost`.

Real use cases over real adapters, against simulated PBXs over HTTPS and the emulator, both in processes of their own:
only what the function itself would be billed for is counted.
"""

import os
import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import batched
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

from lapsewatch.domain.days import zone_named
from lapsewatch.poll import dispatch, poll
from lapsewatch.report import report
from lapsewatch.wiring import aws
from lapsewatch.wiring.dispatch import dispatcher
from lapsewatch.wiring.poll import worker
from lapsewatch.wiring.report import reporter

from local.emulator import KEYS, REGION, Emulator, running_emulator
from local.fleet_process import running_simulator
from local.onboard import onboard
from tests.conftest import new_table

INSTANCES = 240
BATCH = 50
ROUNDS = 9
ZONE = "America/New_York"
SETTINGS = {
    "AWS_DEFAULT_REGION": REGION,
    "BUCKET_NAME": "bench",
    "TENANT_ZONE": ZONE,
    "LICENSE_MILESTONES": "10,3,1",
    "MAINTENANCE_MILESTONES": "60,30,7",
    "REMINDER_HOUR": "8",
    "POLL_RATE": "rate(1 hour)",
    "REMIND_RATE": "rate(15 minutes)",
    "RENEW_URL_TEMPLATE": "",
    "ALLOWED_NETWORKS": "127.0.0.1/32,::1/128",
    "REPORT_FUNCTION_NAME": "report",
    "REMIND_FUNCTION_NAME": "remind",
    **{key.upper(): value for key, value in KEYS.items()},
}


def main() -> None:
    """Measure on a simulated fleet."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running_simulator(INSTANCES, Path(folder)) as simulated,
        running_emulator(Path(folder) / "log") as emulator,
    ):
        _set_up(emulator, simulated)
        _measure([pbx["id"] for pbx in simulated["instances"]])


def _set_up(emulator: Emulator, simulated: dict[str, Any]) -> None:
    table = new_table(emulator.client("dynamodb"))
    emulator.client("s3").create_bucket(Bucket="bench")
    queue = emulator.client("sqs").create_queue(QueueName="bench")["QueueUrl"]
    os.environ |= SETTINGS | {
        "AWS_ENDPOINT_URL": emulator.endpoint,
        "TABLE_NAME": table.name,
        "TOPIC_ARN": emulator.client("sns").create_topic(Name="bench")["TopicArn"],
        "POLL_QUEUE_URL": queue,
        "DEAD_LETTER_QUEUE_URLS": queue,
    }
    onboard(simulated, table, emulator.client("ssm"), "/lapsewatch/bench", zone_named(ZONE))


def _measure(every: list[str]) -> None:
    """Poll only the healthy part: what fails is rare, and is left alone for a while."""
    dispatching, polling, reporting = dispatcher(), worker().polling, reporter().reporting
    poll(polling, every, datetime.now(UTC))
    healthy = [key for key, item in polling.fleet.watched(every).items() if item.state.reason is None]
    calls = _counted()
    _told("dispatch", every, calls, lambda: dispatch(dispatching.fleet, dispatching.queue))
    _told(
        "poll",
        healthy,
        calls,
        lambda: [poll(polling, some, datetime.now(UTC)) for some in batched(healthy, BATCH, strict=False)],
    )
    _told("report", every, calls, lambda: report(reporting, datetime.now(UTC)))


def _counted() -> Counter[str]:
    """Return what is counted of all requests from now on: by operation, and the items that were read."""
    calls: Counter[str] = Counter()

    def count(params: dict[str, Any], model: Any, **_: Any) -> None:
        calls[model.name] += 1
        for wanted in params.get("RequestItems", {}).values():
            calls["items read"] += len(wanted["Keys"])

    clients: tuple[Any, ...] = (aws.ssm(), aws.s3(), aws.sqs(), aws.sns(), aws.table(os.environ["TABLE_NAME"])._client)  # noqa: SLF001  to listen in
    for client in clients:
        client.meta.events.register("provide-client-params.*.*", count)
    return calls


def _told(name: str, ids: list[str], calls: Counter[str], work: Callable[[], object]) -> None:
    work()
    calls.clear()
    taken = []
    for _ in range(ROUNDS):
        before = process_time()
        work()
        taken.append(process_time() - before)
    print(f"{name} of {len(ids)} instances: {median(taken) / len(ids) * 1000:.2f} ms CPU an instance")
    for what, number in sorted(calls.items()):
        print(f"  {what:<24}{number / ROUNDS:10.2f} a run  {number / ROUNDS / len(ids):8.3f} an instance")


if __name__ == "__main__":
    main()
