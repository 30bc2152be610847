"""The lines of a month's bill for a fleet of some size."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

from lapsewatch.adapters.dynamodb.table import DUE_SHARDS
from lapsewatch.domain.customers import LARGEST_TABLE

from bench.cost import prices, usage
from bench.cost.stack import Stack


@dataclass(frozen=True, slots=True)
class Line:
    """What one service takes for one job."""

    job: str
    service: str
    usd: float


def bill(stack: Stack, instances: int) -> list[Line]:
    """Return every line, job by job."""
    return [
        *_reading(stack, instances),
        *_reminding(stack, instances),
        *_showing(stack, instances),
        *_keeping(instances),
        *_watching(stack, instances),
    ]


def _reading(stack: Stack, instances: int) -> Iterator[Line]:
    sweeps = usage.HOURS / stack.poll_hours
    polls, batches = sweeps * instances, sweeps * ceil(instances / stack.batch)
    cold = sweeps * min(ceil(instances / stack.batch), stack.workers)
    cpu = polls * (usage.POLL_CPU + usage.DISPATCH_CPU) + (cold + sweeps) * usage.START_CPU
    yield Line("reading", "Lambda", _lambda(stack, cpu, batches * usage.SLOWEST_VISIT, batches + sweeps))
    calls = 3 * sweeps * ceil(instances / usage.QUEUE_MESSAGES)  # a send, a receive and a delete
    long_polls = usage.LONG_POLLS * usage.HOURS * 3600 / 20
    yield Line("reading", "SQS", (calls + long_polls) * prices.SQS_REQUEST)
    writes = polls * usage.POLL_ITEMS_WRITTEN + batches + sweeps
    reads = polls * usage.POLL_ITEMS_READ + sweeps * _listing(instances)
    yield Line("reading", "DynamoDB", writes * prices.DYNAMODB_WRITE_UNIT + reads * prices.DYNAMODB_READ_UNIT)
    yield Line("reading", "KMS, credentials", polls * prices.KMS_REQUEST)


def _reminding(stack: Stack, instances: int) -> Iterator[Line]:
    runs = usage.HOURS / stack.remind_hours
    notices = instances * usage.NOTICES_A_YEAR / 12
    starts = runs if stack.remind_hours * 60 > usage.WARM_MINUTES else 0
    cpu = starts * usage.START_CPU + notices * usage.NOTICE_CPU
    waiting = runs * usage.REMIND_WAITS + notices * usage.NOTICE_WAITS
    yield Line("reminding", "Lambda", _lambda(stack, cpu, waiting, runs))
    writes = runs + notices * usage.NOTICE_WRITE_UNITS
    # The due index is asked twice in a run, shard by shard, and an answer of nothing is half a unit too.
    reads = runs * 2 * DUE_SHARDS * 0.5 + notices * usage.NOTICE_READ_UNITS
    yield Line("reminding", "DynamoDB", writes * prices.DYNAMODB_WRITE_UNIT + reads * prices.DYNAMODB_READ_UNIT)
    yield Line("reminding", "SNS", notices * (prices.SNS_PUBLISH + usage.RECIPIENTS * prices.SNS_EMAIL))


def _showing(stack: Stack, instances: int) -> Iterator[Line]:
    runs = usage.HOURS / stack.report_hours
    views = usage.PAGE_VIEWS_A_DAY * usage.HOURS / 24
    requests = views * usage.REQUESTS_A_VIEW
    cpu = runs * instances * usage.REPORT_CPU + requests * usage.SECONDS_A_REQUEST * share(stack)
    yield Line("showing", "Lambda", _lambda(stack, cpu, runs * usage.REPORT_WAITS, runs + requests))
    reads = runs * (instances * usage.REPORT_ITEMS_READ + _listing(instances)) + requests
    yield Line("showing", "DynamoDB", runs * prices.DYNAMODB_WRITE_UNIT + reads * prices.DYNAMODB_READ_UNIT)
    customers = instances / usage.INSTANCES_A_CUSTOMER if instances > LARGEST_TABLE else 0
    puts = runs * usage.REPORT_PUTS + customers * usage.HOURS / 24
    gets = runs * usage.REPORT_GETS + customers * usage.HOURS / 24 + requests
    stored = runs * instances * usage.FLEET_JSON_BYTES / prices.GB
    yield Line("showing", "S3", puts * prices.S3_PUT + gets * prices.S3_GET + stored * prices.S3_GB_MONTH)
    leaving = views * usage.PAGE_BYTES / prices.GB
    yield Line("showing", "API Gateway and transfer", requests * prices.HTTP_API_REQUEST + leaving * prices.TRANSFER_GB)


def _keeping(instances: int) -> Iterator[Line]:
    stored = instances * (usage.ITEM_BYTES + usage.NOTICES_A_YEAR * usage.LEDGER_BYTES) / prices.GB
    each = prices.DYNAMODB_GB_MONTH + prices.DYNAMODB_RECOVERY_GB_MONTH
    yield Line("keeping", "DynamoDB, with recovery", stored * each)


def _watching(stack: Stack, instances: int) -> Iterator[Line]:
    sweeps = usage.HOURS / stack.poll_hours
    schedules = sweeps + usage.HOURS / stack.remind_hours + usage.HOURS / stack.report_hours
    runs = schedules + sweeps * ceil(instances / stack.batch) + usage.PAGE_VIEWS_A_DAY * usage.HOURS / 24
    logged = runs * usage.LOG_BYTES / prices.GB
    yield Line("watching", "CloudWatch logs", logged * (prices.LOGS_INGESTED_GB + prices.LOGS_STORED_GB_MONTH))
    yield Line("watching", "CloudWatch metrics", sum(usage.METRICS.values()) * prices.METRIC_MONTH)
    yield Line("watching", "CloudWatch alarms", stack.alarms * prices.ALARM_MONTH)
    yield Line("watching", "CloudWatch dashboards", stack.dashboards * prices.DASHBOARD_MONTH)
    yield Line("watching", "KMS keys", stack.keys * prices.KMS_KEY_MONTH)
    yield Line("watching", "EventBridge Scheduler", schedules * prices.SCHEDULER_INVOCATION)


def _listing(instances: int) -> float:
    """Return the read units of listing the fleet by its index, which is eventually consistent."""
    return instances * usage.CONFIG_BYTES / 4096 * 0.5


def share(stack: Stack) -> float:
    """Return how much of a core a function has."""
    return stack.memory_mb / usage.CPU_MEMORY


def _lambda(stack: Stack, cpu: float, waiting: float, runs: float) -> float:
    """Return the price of so many seconds of CPU, slowed down by the share of a core, and of waiting."""
    seconds = cpu / share(stack) + waiting
    gb_seconds = seconds * stack.memory_mb / 1024
    return gb_seconds * prices.LAMBDA_GB_SECOND[stack.architecture] + runs * prices.LAMBDA_REQUEST
