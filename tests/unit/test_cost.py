"""The bill of a month: its lines against sums by hand, and the document against the bill."""

from dataclasses import replace

import pytest

from bench.cost import prices
from bench.cost.__main__ import DOCUMENT, renewed
from bench.cost.bill import bill
from bench.cost.limits import limits
from bench.cost.stack import Stack, stack
from tests.infra.template import FUNCTIONS, of_type

HOURLY = replace(stack(), memory_mb=256, architecture="arm64", batch=50, workers=10, poll_hours=1.0)
POLLS = 730 * 1000


def usd(facts: Stack, instances: int, job: str, service: str) -> float:
    [line] = [line for line in bill(facts, instances) if (line.job, line.service) == (job, service)]
    return line.usd


def test_the_document_says_what_the_bill_says() -> None:
    text = DOCUMENT.read_text()

    assert renewed(text) == text, "run `make cost`"


def test_a_poll_is_billed_one_write_and_two_reads_and_the_listing() -> None:
    lone = POLLS * (prices.DYNAMODB_WRITE_UNIT + 2 * prices.DYNAMODB_READ_UNIT)

    assert lone < usd(HOURLY, 1000, "reading", "DynamoDB") < 1.1 * lone


def test_each_poll_has_its_credentials_decrypted() -> None:
    assert usd(HOURLY, 1000, "reading", "KMS, credentials") == pytest.approx(2.19)


def test_an_empty_queue_is_asked_all_month() -> None:
    assert usd(HOURLY, 0, "reading", "SQS") == pytest.approx(5 * 730 * 180 * 0.4e-6)


def test_polling_half_as_often_halves_what_grows_with_the_fleet() -> None:
    seldom = replace(HOURLY, poll_hours=2.0)

    for service in ("DynamoDB", "KMS, credentials"):
        assert usd(seldom, 1000, "reading", service) == pytest.approx(usd(HOURLY, 1000, "reading", service) / 2)


def test_waiting_is_shared_by_a_batch() -> None:
    assert usd(replace(HOURLY, batch=10), 1000, "reading", "Lambda") > usd(HOURLY, 1000, "reading", "Lambda")


def test_the_work_of_a_function_costs_the_same_at_any_memory_and_its_waiting_does_not() -> None:
    def no_waiting(memory: int) -> float:
        facts = replace(HOURLY, memory_mb=memory, batch=10**9)
        return usd(facts, 10**6, "reading", "Lambda")

    assert no_waiting(512) == pytest.approx(no_waiting(256), rel=0.01)


def test_the_stack_is_read_from_the_template() -> None:
    facts = stack()

    assert facts.batch == FUNCTIONS["PollFunction"]["Events"]["Polls"]["Properties"]["BatchSize"]
    assert (facts.poll_hours, facts.remind_hours) == (1.0, 0.25)
    assert 0 < facts.alarms <= len(of_type("AWS::CloudWatch::Alarm"))


def test_a_job_that_would_not_end_in_its_time_is_named() -> None:
    hasty = " ".join(limits(replace(HOURLY, report_timeout=3, dispatch_timeout=10**4)))

    assert "every size above fits" in hasty
    assert "give `ReportFunction` more memory or time" in hasty
