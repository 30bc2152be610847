"""What the two poll functions are made of."""

from dataclasses import dataclass

from lapsewatch.adapters.dynamodb.fleet_store import DynamoFleet
from lapsewatch.adapters.dynamodb.heartbeats import DynamoHeartbeats
from lapsewatch.adapters.dynamodb.moves import DynamoMoves
from lapsewatch.adapters.dynamodb.state_store import DynamoStates
from lapsewatch.adapters.dynamodb.turns import DynamoTurns
from lapsewatch.adapters.functions import LambdaJob
from lapsewatch.adapters.pbx.reader import PbxReader
from lapsewatch.adapters.secrets import SsmSecrets
from lapsewatch.adapters.sqs import SqsPollQueue
from lapsewatch.poll import Polling
from lapsewatch.ports import Heartbeats, Job, MoveCount, Turns
from lapsewatch.settings import PollSettings, settings_from
from lapsewatch.wiring import aws


@dataclass(frozen=True, slots=True)
class Worker:
    polling: Polling
    heartbeats: Heartbeats
    report: Job
    remind: Job
    turns: Turns
    moves: MoveCount


def worker() -> Worker:
    settings = settings_from(PollSettings)
    return Worker(
        polling=polling(settings),
        heartbeats=DynamoHeartbeats(aws.table(settings.table_name)),
        report=LambdaJob(aws.functions, settings.report_function_name),
        remind=LambdaJob(aws.functions, settings.remind_function_name),
        turns=DynamoTurns(aws.table(settings.table_name)),
        moves=DynamoMoves(aws.table(settings.table_name)),
    )


def polling(settings: PollSettings) -> Polling:
    table = aws.table(settings.table_name)
    return Polling(
        fleet=DynamoFleet(table, settings.tenant_zone),
        states=DynamoStates(table),
        secrets=SsmSecrets(aws.ssm()),
        pbx=PbxReader(allowed_networks=settings.allowed_networks),
        rules=settings.rules,
        queue=SqsPollQueue(aws.sqs, settings.poll_queue_url),
    )
