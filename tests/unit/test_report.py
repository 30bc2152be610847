"""A report: pages from what is known now, and what is wrong with the watch itself on top."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from lapsewatch.domain.concerns import Paces
from lapsewatch.domain.instance import Tls, Trust
from lapsewatch.domain.milestones import DEFAULT_RULES
from lapsewatch.domain.routes import Match, Route
from lapsewatch.domain.status import FleetStatus
from lapsewatch.report import HTML, Page, Reporting, report
from lapsewatch.wiring.report import LAYOUT

from tests.fakes import FakeAudience, FakeDeadLetters, FakeHeartbeats, FakePages, FakeRoutes
from tests.scenes import EXPIRY, NEW_YORK, Scene, days_before

NOW = days_before(6)


def names_of_concerns(status: FleetStatus) -> str:
    return " ".join(concern.name for concern in status.concerns)


def broken(status: FleetStatus) -> str:
    raise ValueError(f"{len(status.rows)} rows cannot be rendered")


@dataclass
class Watch:
    """A scene whose report can be made."""

    scene: Scene = field(default_factory=Scene)
    bucket: FakePages = field(default_factory=FakePages)
    heartbeats: FakeHeartbeats = field(default_factory=FakeHeartbeats)
    audience: FakeAudience = field(default_factory=FakeAudience)
    dead_letters: FakeDeadLetters = field(default_factory=FakeDeadLetters)
    routes: FakeRoutes = field(default_factory=FakeRoutes)
    layout: tuple[Page, ...] = (Page("concerns", HTML, names_of_concerns),)

    def report(self, now: datetime = NOW) -> dict[str, int]:
        work = Reporting(
            fleet=self.scene.store,
            pages=self.bucket,
            heartbeats=self.heartbeats,
            audience=self.audience,
            dead_letters=self.dead_letters,
            routes=self.routes,
            paces=Paces(timedelta(hours=1), timedelta(minutes=15)),
            rules=DEFAULT_RULES,
            zone=NEW_YORK,
            renew_template="",
            layout=self.layout,
            customers=lambda _: (),
            gone="",
            assets={},
        )
        return report(work, now)


@pytest.fixture
def watch() -> Watch:
    """Return a watch that works, over one instance."""
    found = Watch()
    found.scene.add()
    found.scene.says(EXPIRY)
    found.scene.poll(days_before(11))
    for job in ("poll", "remind"):
        found.heartbeats.beat(job, NOW, {})
    return found


def test_an_instance_that_no_route_takes_is_a_concern_once_there_are_routes(watch: Watch) -> None:
    watch.routes = FakeRoutes(Route("noc", "webhook", Match(customers=frozenset({"Somebody Else"}))))

    watch.report()

    assert watch.bucket.bodies["concerns"] == b"unrouted"


def test_a_pinned_certificate_that_ends_soon_is_a_concern_and_counted_and_otherwise_no_metric(watch: Watch) -> None:
    well = watch.report()
    watch.scene.add(tls=Tls(Trust.PIN, "ab" * 32))
    watch.scene.shows_until(NOW + timedelta(days=10))
    watch.scene.poll(NOW)

    ends = watch.report()

    assert "certificates_end" not in well
    assert ends["certificates_end"] == 1
    assert watch.bucket.bodies["concerns"] == b"certificates_end"


def test_a_watch_that_works_reports_no_concern(watch: Watch) -> None:
    counts = watch.report()

    assert watch.bucket.bodies["concerns"] == b""
    assert counts == {
        "rows": 1,
        "failing_percent": 0,
        "replaced": 1,
        "outdated": 0,
        "subscribers_confirmed": 1,
        "dead_letters": 0,
        "poll_late": 0,
        "remind_late": 0,
    }


def test_a_job_that_is_late_is_a_metric_that_an_alarm_can_hear(watch: Watch) -> None:
    watch.heartbeats = FakeHeartbeats()
    watch.heartbeats.beat("poll", NOW, {})

    counts = watch.report()

    assert (counts["poll_late"], counts["remind_late"]) == (0, 1)


@pytest.mark.fault("N6")
def test_a_page_that_nobody_is_reminded_beside_says_so(watch: Watch) -> None:
    watch.audience.number = 0

    counts = watch.report()

    assert watch.bucket.bodies["concerns"] == b"no_subscriber"
    assert counts["subscribers_confirmed"] == 0


def test_what_cannot_be_found_out_stops_no_report_and_is_no_metric(watch: Watch) -> None:
    watch.audience.number, watch.dead_letters.number = None, None

    counts = watch.report()

    assert watch.bucket.bodies["concerns"] == b"subscribers_unknown dead_letters_unknown"
    assert not {"subscribers_confirmed", "dead_letters"} & counts.keys()


def test_a_fleet_that_is_paused_as_a_whole_is_not_late(watch: Watch) -> None:
    watch.heartbeats = FakeHeartbeats()
    watch.heartbeats.beat("remind", NOW, {})
    [instance] = watch.scene.store.instances()
    watch.scene.store.set_enabled(instance, enabled=False)

    watch.report()

    assert watch.bucket.bodies["concerns"] == b""


@pytest.mark.fault("R1")
def test_a_page_that_cannot_be_rendered_leaves_every_old_one_whole(watch: Watch) -> None:
    watch.report()
    before = dict(watch.bucket.bodies)
    watch.audience.number = 0
    watch.layout = (*watch.layout, Page("broken", HTML, broken))

    with pytest.raises(ValueError, match="cannot be rendered"):
        watch.report()

    assert watch.bucket.bodies == before


def test_a_report_of_a_quiet_hour_puts_only_what_programs_read(watch: Watch) -> None:
    watch.layout = LAYOUT
    watch.scene.remind(NOW)
    watch.report()
    watch.bucket.puts.clear()

    watch.report(NOW + timedelta(minutes=5))

    assert watch.bucket.puts == ["fleet.json"]


def test_a_new_day_puts_every_page_anew(watch: Watch) -> None:
    watch.layout = LAYOUT
    watch.scene.remind(NOW)
    watch.report()
    watch.bucket.puts.clear()

    watch.report(NOW + timedelta(days=1))

    assert watch.bucket.puts == [page.name for page in LAYOUT]
