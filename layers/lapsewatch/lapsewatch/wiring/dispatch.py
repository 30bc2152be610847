"""What the dispatch function is made of."""

from dataclasses import dataclass

from lapsewatch.adapters.dynamodb.fleet_store import DynamoFleet
from lapsewatch.adapters.dynamodb.heartbeats import DynamoHeartbeats
from lapsewatch.adapters.sqs import SqsPollQueue
from lapsewatch.ports import Fleet, Heartbeats, PollQueue
from lapsewatch.settings import DispatchSettings, settings_from
from lapsewatch.wiring import aws


@dataclass(frozen=True, slots=True)
class Dispatcher:
    fleet: Fleet
    queue: PollQueue
    heartbeats: Heartbeats


def dispatcher() -> Dispatcher:
    settings = settings_from(DispatchSettings)
    table = aws.table(settings.table_name)
    return Dispatcher(
        fleet=DynamoFleet(table, settings.tenant_zone),
        queue=SqsPollQueue(aws.sqs, settings.poll_queue_url),
        heartbeats=DynamoHeartbeats(table),
    )
