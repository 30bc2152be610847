"""Clients of AWS, made when first asked for and kept for the life of the environment.

By botocore: boto3 would only add its resources and transfers, and a fifth to each start.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, cast

from botocore.config import Config
from botocore.session import Session, get_session

from lapsewatch.adapters.dynamodb.table import Table

if TYPE_CHECKING:
    from types_boto3_lambda.client import LambdaClient
    from types_boto3_s3.client import S3Client
    from types_boto3_sns.client import SNSClient
    from types_boto3_sqs.client import SQSClient
    from types_boto3_ssm.client import SSMClient

    from lapsewatch.adapters.channels.email.ses import SesClient

PATIENT = Config(connect_timeout=3, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 4})
OURS = PATIENT.merge(Config(parameter_validation=False))
"""For requests of which every value was made by our own converters: to check them all took a third of a write's CPU."""
ONCE = Config(connect_timeout=3, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 1})
"""One attempt: a publish that the SDK repeated by itself could send a reminder twice behind the ledger's back."""
MAILER = Config(connect_timeout=2, read_timeout=6, retries={"mode": "standard", "total_max_attempts": 1})
"""Within the time that a channel has for a message."""
WAIT_FOR_RENDER = 6
"""Seconds left for a render after the longest refresh. It ends by itself in any case."""
STARTER = Config(connect_timeout=1, read_timeout=WAIT_FOR_RENDER, retries={"mode": "standard", "total_max_attempts": 1})


@cache
def session() -> Session:
    return get_session()


def _client(service: str, config: Config) -> Any:
    return session().create_client(service, config=config)


@cache
def table(name: str) -> Table:
    return Table(_client("dynamodb", config=OURS), name)


@cache
def ssm() -> SSMClient:
    return cast("SSMClient", _client("ssm", config=PATIENT))


@cache
def s3() -> S3Client:
    return cast("S3Client", _client("s3", config=PATIENT))


@cache
def sqs() -> SQSClient:
    return cast("SQSClient", _client("sqs", config=PATIENT))


@cache
def sns() -> SNSClient:
    return cast("SNSClient", _client("sns", config=ONCE))


@cache
def ses() -> SesClient:
    return cast("SesClient", _client("sesv2", config=MAILER))


@cache
def functions() -> LambdaClient:
    return cast("LambdaClient", _client("lambda", config=STARTER))
