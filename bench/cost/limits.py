"""Where a job would no longer be done in its time, with the template as it is."""

from collections.abc import Iterator

from bench.cost import usage
from bench.cost.bill import share
from bench.cost.stack import Stack
from bench.cost.tables import SIZES


def limits(stack: Stack) -> Iterator[str]:
    """Yield a line for each job that one run does for all instances, with the largest fleet that fits."""
    jobs = (
        ("Dispatch", usage.DISPATCH_CPU, stack.dispatch_timeout, "PollDispatchFunction"),
        ("Report", usage.REPORT_CPU, stack.report_timeout, "ReportFunction"),
    )
    for job, cpu, timeout, function in jobs:
        fits = int(timeout * share(stack) / cpu) // 1000 * 1000
        verdict = (
            "every size above fits" if fits >= max(SIZES) else f"beyond that, give `{function}` more memory or time"
        )
        yield f"- {job}: {cpu * 1000:.2f} ms of CPU an instance, so {timeout} s at {stack.memory_mb} MB last for"
        yield f"  {fits:,} instances; {verdict}."
