"""What a file changes is said before it is done, done once, and never more than was said."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lapsewatch.domain.credentials import PbxSecret
from lapsewatch.domain.instance import Access, Instance, Tls, Trust
from lapsewatch.domain.milestones import DEFAULT_RULES
from lapsewatch.errors import ConflictError
from lapsewatch.lifecycle import Operating

from cli.entry import checked
from cli.fleet.applying import Applying, apply, with_passwords
from cli.fleet.difference import Action, Plan, plan_of
from cli.fleet.located import FleetFileError
from cli.fleet.planning import require_users
from cli.fleet.reading import fleet_from
from cli.fleet.telling import document_of, lines_of
from cli.fleet.wanted import Known, Surroundings, wanted_from
from cli.fleet.writing import fleet_text, row_of
from tests.builders import NEW_YORK, NOW
from tests.fakes import FakeStore
from tests.unit.fleet.texts import fleet

PEM = "-----BEGIN CERTIFICATE-----\nMIIB\nAAAA\n-----END CERTIFICATE-----\n"


class Site:
    """A fleet with its credentials, and a folder with files."""

    def __init__(self, folder: Path = Path(), **environ: str) -> None:
        self.store = FakeStore()
        self.parameters: dict[str, PbxSecret] = {}
        names = (f"/{number}" for number in count(1))
        self.around = Surroundings(folder, NEW_YORK, lambda key: f"/lapsewatch/test/pbx/{key}{next(names)}", environ)
        self.work = Applying(
            Operating(self.store, self.store, DEFAULT_RULES),
            self._store_secret,
            self._forget_secret,
        )

    def _store_secret(self, instance: Instance, user: str, password: str) -> None:
        self.parameters[instance.secret_name] = PbxSecret(user, password)

    def _forget_secret(self, name: str) -> None:
        self.parameters.pop(name, None)

    @property
    def secrets(self) -> dict[str, PbxSecret]:
        """The credentials by instance, as a visit would find them now."""
        named = {item.instance_id: item.secret_name for item in self.store.instances()}
        return {key: self.parameters[name] for key, name in named.items() if name in self.parameters}

    @property
    def known(self) -> dict[str, Known]:
        return {item.instance_id: Known(item, self.secrets.get(item.instance_id)) for item in self.store.instances()}

    def plan(self, text: str) -> Plan:
        wanted = wanted_from(fleet_from(text).rows, self.around)
        require_users(wanted, self.known)
        return plan_of(wanted, self.known)

    def apply(self, text: str) -> list[str]:
        return [failed.why for failed in apply(self.work, self.plan(text).steps, NOW)]

    def export(self) -> str:
        return fleet_text(row_of(known, NEW_YORK) for known in self.known.values())


@pytest.fixture
def site() -> Site:
    """Return a site with northwind and harbor, which were applied from a file."""
    made = Site(SECRET="s3cret")
    assert made.apply(BOTH) == []
    return made


WITH_SECRET = {"secret": "{env: SECRET}"}
HARBOR = {"id": "harbor", "address": "harbor.3cx.us", "name": "Harbor"}
BOTH = fleet(WITH_SECRET, HARBOR | WITH_SECRET)


def kinds(plan: Plan) -> list[tuple[str, str]]:
    return [(step.action.value, step.instance.instance_id) for step in plan.steps]


def test_what_is_new_is_added_with_its_credentials(site: Site) -> None:
    assert set(site.known) == {"northwind", "harbor"}
    assert site.secrets["harbor"] == PbxSecret("100", "s3cret")


def test_a_second_run_of_the_same_file_finds_nothing(site: Site) -> None:
    assert site.plan(BOTH).steps == ()
    assert site.plan(fleet({}, HARBOR)).steps == ()


def test_a_change_is_told_field_by_field_before_and_after(site: Site) -> None:
    plan = site.plan(fleet({"address": "new.3cx.us", "zone": "Europe/Berlin"}, HARBOR))

    assert kinds(plan) == [("change", "northwind")]
    assert [line.strip() for line in lines_of(plan)][1:3] == [
        "address: northwind.3cx.us -> new.3cx.us",
        "zone: America/New_York -> Europe/Berlin",
    ]


def test_what_is_remembered_of_a_changed_instance_stays(site: Site) -> None:
    before = site.store.states["northwind"]
    site.store.states["northwind"] = replace(before, observed_at=NOW)

    site.apply(fleet({"name": "New Name"}, HARBOR))

    assert site.store.configs["northwind"].name == "New Name"
    assert site.store.states["northwind"].observed_at == NOW


def test_to_pause_and_to_resume_are_steps_of_their_own(site: Site) -> None:
    paused = fleet({"enabled": "false", "name": "New Name"}, HARBOR)

    first = site.plan(paused)
    site.apply(paused)
    second = site.plan(fleet({"name": "New Name"}, HARBOR))

    assert kinds(first) == [("change", "northwind"), ("pause", "northwind")]
    assert not site.store.configs["northwind"].enabled
    assert kinds(second) == [("resume", "northwind")]


def test_what_the_file_leaves_out_is_removed_with_its_credentials(site: Site) -> None:
    site.apply(fleet({}))

    assert set(site.known) == {"northwind"}
    assert set(site.parameters) == {site.store.configs["northwind"].secret_name}


class Watchful(FakeStore):
    """Notes before every registration, and after it, where a visit would take which password."""

    def __init__(self, site: Site) -> None:
        super().__init__()
        self.configs, self.states = site.store.configs, site.store.states
        self.site = site
        self.seen: list[tuple[str, str]] = []
        self.breaks: Exception | None = None

    def look(self) -> None:
        self.seen.append((self.configs["northwind"].address, self.site.secrets["northwind"].password))

    def register(self, instance: Instance) -> None:
        self.look()
        if self.breaks is not None:
            raise self.breaks
        super().register(instance)
        self.look()


@pytest.fixture
def watchful(site: Site) -> Watchful:
    """Return the store of the site, which looks at every step what a visit would do."""
    made = Watchful(site)
    site.store, site.work = made, replace(site.work, operating=Operating(made, made, DEFAULT_RULES))
    site.around = replace(site.around, environ={"SECRET": "an0ther"})
    return made


MOVED = fleet({"address": "new.3cx.us"} | WITH_SECRET, HARBOR)


@pytest.mark.fault("C4")
def test_no_password_is_taken_to_an_address_that_it_is_not_for(site: Site, watchful: Watchful) -> None:
    assert site.apply(MOVED) == []

    assert watchful.seen == [("northwind.3cx.us", "s3cret"), ("new.3cx.us", "an0ther")]
    assert len(site.parameters) == 2


@pytest.mark.parametrize("failure", [ConflictError(), KeyError("name")])
def test_a_change_that_fails_leaves_the_former_password_with_the_former_address(
    site: Site, watchful: Watchful, failure: Exception
) -> None:
    watchful.breaks = failure

    [why] = site.apply(MOVED)
    watchful.look()

    assert set(watchful.seen) == {("northwind.3cx.us", "s3cret")}
    assert "an0ther" not in why


def test_credentials_that_stay_keep_their_name(site: Site) -> None:
    before = site.store.configs["northwind"].secret_name

    site.apply(fleet({"address": "new.3cx.us"}, HARBOR))

    assert site.store.configs["northwind"].secret_name == before
    assert site.secrets["northwind"].password == "s3cret"


@pytest.mark.parametrize(
    ("watched", "removed", "allowance", "allowed"),
    [
        (10, 2, None, True),
        (10, 3, None, False),
        (3, 1, None, False),
        (3, 1, 1, True),
        (10, 3, 2, False),
        (10, 10, 10, True),
        (10, 1, 0, False),
        (0, 0, None, True),
    ],
)
def test_more_than_a_fifth_is_removed_only_when_so_many_are_allowed(
    watched: int, removed: int, allowance: int | None, allowed: bool
) -> None:
    known = {f"pbx-{n}": Known(_instance(f"pbx-{n}")) for n in range(watched)}
    rows = [{"id": f"pbx-{n}", "address": f"pbx-{n}.example"} for n in range(watched - removed)]

    plan = plan_of(wanted_from(fleet_from(fleet(*rows)).rows if rows else [], Site().around), known)

    assert plan.removals == removed
    assert plan.allows(allowance) is allowed


def test_another_password_in_the_environment_is_stored_anew_and_never_told(site: Site) -> None:
    site.around = replace(site.around, environ={"SECRET": "an0ther"})

    plan = site.plan(BOTH)
    told = "\n".join(lines_of(plan)) + str(document_of(plan)) + repr(plan)
    site.apply(BOTH)

    assert kinds(plan) == [("change", "northwind"), ("change", "harbor")]
    assert "secret: stored -> stored anew" in told
    assert not [word for word in ("s3cret", "an0ther") if word in told]
    assert site.secrets["northwind"].password == "an0ther"


def test_another_user_keeps_the_password_that_is_stored(site: Site) -> None:
    site.apply(fleet({"user": "200"}, HARBOR))

    assert site.secrets["northwind"] == PbxSecret("200", "s3cret")


def test_a_password_that_is_not_there_is_not_needed_for_what_is_known(site: Site, tmp_path: Path) -> None:
    site.around = replace(site.around, environ={}, folder=tmp_path)

    assert site.plan(fleet(WITH_SECRET, HARBOR | {"secret": "{file: gone.txt}"})).steps == ()


def test_a_password_that_is_not_there_is_asked_for_what_is_new() -> None:
    site = Site()

    plan = site.plan(fleet({}))
    filled = with_passwords(plan, lambda step: f"typed for {step.instance.instance_id}")
    apply(site.work, filled.steps, NOW)

    assert "password will be asked for" in "\n".join(lines_of(plan))
    assert site.secrets["northwind"] == PbxSecret("100", "typed for northwind")


def test_a_password_is_read_from_a_file_beside_the_fleet_file(tmp_path: Path) -> None:
    (tmp_path / "northwind.txt").write_text("from a file\n")
    site = Site(tmp_path)

    site.apply(fleet({"secret": "{file: northwind.txt}"}))

    assert site.secrets["northwind"].password == "from a file"


def test_a_lost_password_is_stored_again(site: Site) -> None:
    del site.parameters[site.store.configs["northwind"].secret_name]

    assert site.plan(fleet({}, HARBOR)).steps == ()
    assert kinds(site.plan(BOTH)) == [("change", "northwind")]


def test_a_new_instance_needs_a_user() -> None:
    text = fleet({}).replace("  user: 100\n", "")

    with pytest.raises(FleetFileError, match="line 2: northwind: user: is needed"):
        Site(SECRET="x").plan(text)


def test_a_ca_is_read_from_a_file_beside_the_fleet_file(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text(PEM)
    site = Site(tmp_path, SECRET="x")

    site.apply(fleet(WITH_SECRET | {"tls": "{ca_file: ca.pem}"}))

    assert site.store.configs["northwind"].tls == Tls(Trust.CA, PEM)


COMMENTED = f"Subject: CN=Northwind\n# kept since 2024\n{PEM}\nSubject: CN=Older\n{PEM}"


@pytest.mark.parametrize("stored", [COMMENTED, PEM + PEM, PEM])
def test_a_ca_with_comments_is_exported_and_planned_without_them(stored: str, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text(stored)
    site = Site(tmp_path, SECRET="x")
    text = fleet(WITH_SECRET | {"tls": "{ca_file: ca.pem}"})
    site.apply(text)
    applied = site.store.configs["northwind"].tls
    site.store.configs["northwind"] = replace(site.store.configs["northwind"], tls=Tls(Trust.CA, stored))

    exported = site.export()

    assert applied.value == PEM * stored.count("BEGIN")
    assert (site.plan(text).steps, site.plan(exported).steps) == ((), ())
    assert "Subject" not in exported


def test_a_ca_in_the_file_itself_may_have_comments() -> None:
    site = Site(SECRET="x")
    inline = COMMENTED.replace("\n", "\\n")

    site.apply(fleet(WITH_SECRET | {"tls": f'{{ca: "{inline}"}}'}))

    assert site.store.configs["northwind"].tls == Tls(Trust.CA, PEM + PEM)


@pytest.mark.parametrize(
    ("content", "said"), [(None, "No such file"), ("no pem", "BEGIN CERTIFICATE"), ("x" * 70_000, "larger")]
)
def test_a_ca_that_is_none_rejects_the_file_by_line_and_field(tmp_path: Path, content: str | None, said: str) -> None:
    if content is not None:
        (tmp_path / "ca.pem").write_text(content)

    with pytest.raises(FleetFileError, match=rf"line 2: northwind: tls.ca_file: .*{said}"):
        Site(tmp_path).plan(fleet({"tls": "{ca_file: ca.pem}"}))


def test_a_step_that_fails_does_not_stop_the_others(site: Site) -> None:
    class Contested(FakeStore):
        def retire(self, before: object, absorbed: object, now: object) -> None:
            raise ConflictError

    contested = Contested()
    contested.configs, contested.states = site.store.configs, site.store.states
    site.store = contested
    site.work = replace(site.work, operating=Operating(contested, contested, DEFAULT_RULES))

    failed = site.apply(fleet(HARBOR | {"name": "New Name"}))
    [failure] = failed
    assert "being changed" in failure
    assert contested.configs["harbor"].name == "New Name"
    assert "northwind" in site.secrets


def test_removals_come_last(site: Site) -> None:
    plan = site.plan(fleet(HARBOR | {"name": "New Name"}, {"id": "aaa", "address": "a.example", **WITH_SECRET}))

    assert kinds(plan) == [("change", "harbor"), ("add", "aaa"), ("remove", "northwind")]


def test_a_removed_id_that_comes_back_is_new_again(site: Site) -> None:
    site.apply(fleet({}))

    assert kinds(site.plan(BOTH)) == [("add", "harbor")]


words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
names = words.map(str.strip).filter(lambda text: bool(text) and _storable(text))
ids = st.from_regex(r"[a-z0-9][a-z0-9-]{0,12}", fullmatch=True)
trusts = st.sampled_from([Tls(), Tls(Trust.PIN, "ab" * 32), Tls(Trust.CA, PEM)])
zones = st.sampled_from(["America/New_York", "Europe/Berlin", "UTC"]).map(ZoneInfo)
instances = st.builds(
    Instance, ids, names, names, st.just("x"), st.sampled_from(Access), zones, st.just(""), trusts, st.booleans()
)
users = st.none() | names.filter(lambda text: len(text) <= 256)


def _storable(text: str) -> bool:
    """Whether the entry of an instance would take this name as it is."""
    return checked(instance_id="x", name=text, customer="y", address="x.example", access="user_login").name == text


def _instance(key: str, name: str = "X") -> Instance:
    return Instance(key, name, "Y", f"{key}.example", Access.USER_LOGIN, NEW_YORK, f"/lapsewatch/test/pbx/{key}")


@given(st.lists(st.tuples(instances, users), max_size=6, unique_by=lambda pair: pair[0].instance_id))
def test_the_export_of_any_fleet_changes_nothing_when_it_is_applied(
    fleet: Iterable[tuple[Instance, str | None]],
) -> None:
    site = Site()
    for n, (drawn, user) in enumerate(fleet):
        path = site.around.new_secret_name(drawn.instance_id)
        site.store.register(replace(drawn, address=f"pbx-{n}.example:{5000 + n}", secret_name=path))
        if user is not None:
            site.parameters[path] = PbxSecret(user, "canary-7f3a")

    text = site.export()

    assert site.plan(text).steps == ()
    assert "canary-7f3a" not in text
    assert all(c.isprintable() or c == "\n" for c in text)


def test_the_steps_of_a_plan_are_documented_for_programs(site: Site) -> None:
    document = document_of(site.plan(fleet({"name": "New Name"})))

    assert (document["pending"], document["watched"], document["removals"]) == (2, 2, 1)
    assert document["removals_allowed"] is False
    assert document["steps"][0]["changes"] == [{"field": "name", "before": "Northwind Cardiology", "after": "New Name"}]
    assert [step["action"] for step in document["steps"]] == [Action.CHANGE, Action.REMOVE]
