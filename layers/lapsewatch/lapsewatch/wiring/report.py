"""What the report function is made of."""

from collections.abc import Iterable
from dataclasses import dataclass

from lapsewatch.adapters import pages
from lapsewatch.adapters.audience import SnsAudience
from lapsewatch.adapters.dynamodb.fleet_store import DynamoFleet
from lapsewatch.adapters.dynamodb.heartbeats import DynamoHeartbeats
from lapsewatch.adapters.dynamodb.route_store import DynamoRoutes
from lapsewatch.adapters.s3 import S3Pages
from lapsewatch.adapters.sqs import SqsDeadLetters
from lapsewatch.domain.customers import Customer, customers_of, too_large
from lapsewatch.domain.status import FleetStatus
from lapsewatch.ports import Heartbeats
from lapsewatch.report import CSV, HTML, JSON, Page, Reporting
from lapsewatch.settings import ReportSettings, settings_from
from lapsewatch.wiring import aws

LAYOUT = (
    Page("index.html", HTML, pages.render_index, pages.timeless),
    Page("calendar.html", HTML, pages.render_calendar, pages.timeless),
    Page("fleet.json", JSON, pages.render_fleet_json),
    Page("fleet.csv", CSV, pages.render_fleet_csv),
)


def customer_pages(status: FleetStatus) -> Iterable[Page]:
    """Return the page of each customer, if the fleet is too large for one page."""
    return map(_customer_page, customers_of(status)) if too_large(status) else ()


def _customer_page(customer: Customer) -> Page:
    name = f"customers/{customer.slug}.html"
    return Page(name, HTML, lambda _: pages.render_customer(customer), pages.timeless)


@dataclass(frozen=True, slots=True)
class Reporter:
    reporting: Reporting
    heartbeats: Heartbeats


def reporter() -> Reporter:
    settings = settings_from(ReportSettings)
    table = aws.table(settings.table_name)
    heartbeats = DynamoHeartbeats(table)
    reporting = Reporting(
        fleet=DynamoFleet(table, settings.tenant_zone),
        pages=S3Pages(aws.s3(), settings.bucket_name),
        heartbeats=heartbeats,
        audience=SnsAudience(aws.sns(), settings.topic_arn),
        dead_letters=SqsDeadLetters(aws.sqs(), settings.dead_letter_queue_urls),
        routes=DynamoRoutes(table),
        paces=settings.paces,
        rules=settings.rules,
        zone=settings.tenant_zone,
        renew_template=settings.renew_url_template,
        layout=LAYOUT,
        customers=customer_pages,
        gone=pages.render_error(404, "No longer here", pages.GONE),
        assets={name: (asset.body, asset.content_type) for name, asset in pages.assets().items()},
    )
    return Reporter(reporting, heartbeats)
