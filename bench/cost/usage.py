"""What work needs, measured; and how people use it, assumed. Each with where it is from."""

from typing import Final

HOURS: Final = 730
"""Of a month."""

# --- Measured by `make bench-work`, on one core of an x86_64 server; a Lambda core is about as fast ---
POLL_CPU: Final = 0.0045
"""Seconds of CPU for each instance that is read."""
POLL_ITEMS_READ: Final = 2
"""CONFIG and STATE, each consistently and below 4 KB: a read unit each."""
POLL_ITEMS_WRITTEN: Final = 1
"""STATE, with one write unit; a test holds its size to that."""
REPORT_CPU: Final = 0.00052
"""Seconds of CPU for each instance in a report."""
REPORT_ITEMS_READ: Final = 1
"""STATE, consistently; CONFIG comes with the listing."""
REPORT_PUTS: Final = 3
"""`fleet.json` and the catalog in each report, pages now and then."""
REPORT_GETS: Final = 9
DISPATCH_CPU: Final = 0.00023
"""Seconds of CPU for each instance that is queued."""

# --- Measured on the built functions under Lambda's own runtime interface, `tests/e2e/test_built_functions.py` ---
START_CPU: Final = 0.8
"""Seconds of CPU until an environment is ready: 0.7 to 0.9, by function."""
LOG_BYTES: Final = 2_000
"""Of a run: 700 to 1,100 of our own, metrics included, and about as much of Lambda's."""
METRICS: Final = {"poll-dispatch": 2, "poll": 4, "remind": 2, "report": 8}
"""Counted in every hour, by service. What is counted seldom is billed by the hour in which it is."""
FOLLOW_UP_METRICS: Final = 2
"""The same, of what follows up where there are channels."""

# --- Bytes, by the builders of the tests ---
ITEM_BYTES: Final = 1_000
"""CONFIG and STATE of one instance, and its place in both indexes."""
CONFIG_BYTES: Final = 400
LEDGER_BYTES: Final = 600
"""Of one ledger row, kept for over a year."""
FLEET_JSON_BYTES: Final = 100
"""Of one instance in `fleet.json`, compressed (35 where names repeat); each version is kept for 30 days."""

# --- How AWS works ---
QUEUE_MESSAGES: Final = 10
"""In one request to SQS."""
LONG_POLLS: Final = 5
"""That Lambda keeps open at each queue, 20 seconds each, also when it is empty."""
CPU_MEMORY: Final = 1_769
"""MB that have one core; less memory has that much less of it."""
WARM_MINUTES: Final = 10
"""For which an idle environment is kept, roughly. What runs more seldom starts anew each time."""

# --- Assumed ---
SLOWEST_VISIT: Final = 4.0
"""Seconds that a batch waits for its slowest PBX: most answer in one, few need the whole ten."""
NOTICES_A_YEAR: Final = 10
"""For each instance: two clocks with three milestones each, a resolve each, a change or two."""
NOTICE_CPU: Final = 0.02
NOTICE_WAITS: Final = 0.1
"""Seconds of a run for each notice: of its CPU, and of waiting for the table and the topic."""
NOTICE_WRITE_UNITS: Final = 10
"""A claim is a transaction of two items, which counts twice; then a lease, a mark, and the due index beside them."""
NOTICE_READ_UNITS: Final = 8
REMIND_WAITS: Final = 0.3
REPORT_WAITS: Final = 0.5
"""Seconds that a run waits for others, however many instances there are."""
RECIPIENTS: Final = 3
"""E-mail addresses that get each notice."""
PAGE_VIEWS_A_DAY: Final = 60
REQUESTS_A_VIEW: Final = 6
PAGE_BYTES: Final = 60_000
"""That leave for one view, compressed."""
SECONDS_A_REQUEST: Final = 0.15
"""Of the api function."""
INSTANCES_A_CUSTOMER: Final = 10
"""Where a fleet is so large that each customer has a page, put anew once a day."""
VISIT_BYTES: Final = 12_000
"""Sent and received in one visit, most of it the TLS handshake."""
