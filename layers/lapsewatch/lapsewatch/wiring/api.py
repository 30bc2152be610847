"""What the api function is made of."""

from datetime import UTC, datetime

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from lapsewatch.access import Gate
from lapsewatch.adapters.dynamodb.feed_store import DynamoFeeds
from lapsewatch.adapters.dynamodb.fleet_store import DynamoFleet
from lapsewatch.adapters.dynamodb.handover_store import DynamoHandovers
from lapsewatch.adapters.dynamodb.heartbeats import DynamoHeartbeats
from lapsewatch.adapters.dynamodb.ledger_store import DynamoLedger
from lapsewatch.adapters.dynamodb.token_store import DynamoTokens
from lapsewatch.adapters.functions import LambdaJob
from lapsewatch.adapters.http.app import make_app
from lapsewatch.adapters.http.context import Services
from lapsewatch.adapters.links import AcknowledgeLinks
from lapsewatch.adapters.s3 import S3Shelf
from lapsewatch.adapters.secrets import acknowledge_key, session_key
from lapsewatch.adapters.sqs import SqsPollQueue
from lapsewatch.domain.oidc import grants_from
from lapsewatch.refresh import Refreshing
from lapsewatch.settings import ApiSettings, settings_from
from lapsewatch.wiring import aws
from lapsewatch.wiring.poll import polling


def api() -> APIGatewayHttpResolver:
    settings = settings_from(ApiSettings)
    table = aws.table(settings.table_name)
    secrets = (aws.ssm(), settings.secret_path, settings.encryption_arn)
    key = session_key(*secrets)
    services = Services(
        gate=Gate(DynamoTokens(table), key.content, grants_from(settings.oidc_roles)),
        feeds=DynamoFeeds(table),
        links=AcknowledgeLinks(settings.page_url, acknowledge_key(*secrets).content),
        fleet=DynamoFleet(table, settings.tenant_zone),
        ledger=DynamoLedger(table),
        handovers=DynamoHandovers(table),
        heartbeats=DynamoHeartbeats(table),
        refreshing=Refreshing(
            polling=polling(settings),
            render=LambdaJob(aws.functions, settings.report_function_name),
            remind=LambdaJob(aws.functions, settings.remind_function_name),
            queue=SqsPollQueue(aws.sqs, settings.poll_queue_url),
        ),
        shelf=S3Shelf(aws.s3(), settings.bucket_name),
        rules=settings.rules,
        renew_template=settings.renew_url_template,
        page_url=settings.page_url,
        zone=settings.tenant_zone,
        now=lambda: datetime.now(UTC),
    )
    return make_app(services)
