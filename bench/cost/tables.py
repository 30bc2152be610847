"""The bill as tables in Markdown."""

from collections.abc import Iterator

from bench.cost import prices, usage
from bench.cost.bill import bill
from bench.cost.stack import Stack

SIZES = (100, 1_000, 10_000, 100_000)


def by_line(stack: Stack) -> Iterator[str]:
    """Yield the table of every job and service, USD a month for each size of a fleet."""
    bills = [bill(stack, size) for size in SIZES]
    yield from _head("job", "service")
    for lines in zip(*bills, strict=True):
        if any(line.usd for line in lines):
            yield _row(lines[0].job, lines[0].service, *(line.usd for line in lines))
    totals = [sum(line.usd for line in lines) for lines in bills]
    yield _row("**all**", "", *totals)
    each = [total / size * 1000 for total, size in zip(totals, SIZES, strict=True)]
    yield _row("per 1,000 instances", "", *each)


def options(stack: Stack) -> Iterator[str]:
    """Yield the table of what comes on top where it is chosen."""
    decrypts = usage.HOURS / stack.poll_hours
    private = prices.NAT_GATEWAY_MONTH
    yield from _head("option", "")
    yield _row("`OwnKey`", "KMS", *(prices.KMS_KEY_MONTH for _ in SIZES))
    yield _row("`FixedAddress`", "NAT gateway", *(private + _polled(stack, size) * prices.NAT_GB for size in SIZES))
    yield _row("`Channels`", "SQS, CloudWatch", *(_channels(stack) for _ in SIZES))
    yield _row(
        "credentials in Secrets Manager",
        "instead of KMS above",
        *(size * (prices.SECRET_MONTH - decrypts * prices.KMS_REQUEST) for size in SIZES),
    )


def _channels(stack: Stack) -> float:
    """Return what channels cost before anything is sent by them."""
    polls = usage.LONG_POLLS * usage.HOURS * 180 * prices.SQS_REQUEST
    return polls + stack.channel_alarms * prices.ALARM_MONTH + usage.FOLLOW_UP_METRICS * prices.METRIC_MONTH


def _polled(stack: Stack, instances: int) -> float:
    """Return the GB that polls send and receive."""
    return usage.HOURS / stack.poll_hours * instances * usage.VISIT_BYTES / prices.GB


def _head(*names: str) -> Iterator[str]:
    yield _cells(*names, *(f"{size:,}" for size in SIZES))
    yield _cells(*("---" for _ in names), *("---:" for _ in SIZES))


def _row(first: str, second: str, *usd: float) -> str:
    return _cells(first, second, *(f"{amount:,.2f}" for amount in usd))


def _cells(*texts: str) -> str:
    return "| " + " | ".join(texts) + " |"
