"""However a run ends, every message is told, and nobody is told twice of what was kept."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from cli.mail_standing import MailStanding
from local.own.duty import TRIES, Duty
from local.own.mail import LetterRefusedError, Mailer, MailError, PartlyRefusedError
from local.own.postbox import Delivery
from local.own.settings import MailSettings
from local.own.state import Letter, Snapshot, State
from tests.builders import NOW

TEN = Letter("northwind:license:1:10", "10 days", "…")
THREE = Letter("northwind:license:1:3", "3 days", "…")


class Killed(BaseException):
    """The process is gone."""


@dataclass
class World:
    """An emulator that remind runs fill: a row is sent, and its message is in the queue, at the same time."""

    sent: list[Letter] = field(default_factory=list)
    queue: list[Letter] = field(default_factory=list)
    busy: int = 0
    killed_at: Callable[[str], bool] = lambda _: False

    def remind(self, letter: Letter) -> None:
        if letter not in self.sent:
            self.sent.append(letter)
            self.queue.append(letter)

    # Keeper

    def steady(self) -> Snapshot | None:
        self.pass_by("steady")
        self.busy -= 1
        return None if self.busy >= 0 else Snapshot({letter.event_id: letter.subject for letter in self.sent}, {})

    # Postbox

    def fetch(self) -> Delivery:
        self.pass_by("fetch")
        taken, self.queue = self.queue, []
        return Delivery(taken, [letter.event_id for letter in taken])

    def done(self, delivery: Delivery) -> None:
        self.pass_by("done")

    def pass_by(self, place: str) -> None:
        if self.killed_at(place):
            raise Killed


class FakeMailer(Mailer):
    """Takes what it is given, unless told otherwise."""

    def __init__(self) -> None:
        super().__init__(MailSettings())
        self.mails: list[Letter] = []
        self.failures: list[Exception] = []
        self.refuses: dict[Letter, Exception] = {}

    def send(self, letter: Letter) -> None:
        if letter in self.refuses:
            raise self.refuses[letter]
        if self.failures:
            raise self.failures.pop(0)
        self.mails.append(letter)


class Machine:
    """The state on disk and what people got, over several runs."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.mailer = FakeMailer()
        self.shown: list[Letter] = []
        self.complaints: list[str] = []
        self.noted: list[MailStanding] = []
        self.now = 0.0
        self.start()

    def start(self) -> None:
        """Begin a run, with the emulator as it was kept."""
        self.state = State(self.path, lambda: NOW.timestamp() + self.now)
        kept = self.state.snapshot().items
        self.world = World(sent=[letter for letter in (TEN, THREE) if letter.event_id in kept])
        self.duty = Duty(
            self.state, self.world, self.world, self.mailer, self.shown.append, self.complaints.append, 15,  # type: ignore[arg-type]
            self.noted.append, monotonic=lambda: self.now, clock=lambda: NOW + timedelta(seconds=self.now),
        )  # fmt: skip

    def die_and_start(self) -> None:
        self.state.close()
        self.start()


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    """Return a machine with an empty state."""
    made = Machine(tmp_path / "state.db")
    yield made
    made.state.close()


def test_a_message_is_shown_and_mailed_once(machine: Machine) -> None:
    machine.world.remind(TEN)

    machine.duty.round()
    machine.duty.round(last=True)

    assert (machine.shown, machine.mailer.mails) == ([TEN], [TEN])


def test_a_restart_repeats_nothing_and_goes_on_with_what_is_next(machine: Machine) -> None:
    machine.world.remind(TEN)
    machine.duty.round(last=True)

    machine.die_and_start()
    machine.world.remind(TEN)
    machine.world.remind(THREE)
    machine.duty.round()

    assert machine.mailer.mails == [TEN, THREE]


@pytest.mark.parametrize("place", ["fetch", "steady", "done"])
@pytest.mark.parametrize("nth", [1, 2])
def test_a_run_killed_anywhere_loses_no_message_and_tells_none_twice(machine: Machine, place: str, nth: int) -> None:
    passed = {"fetch": 0, "steady": 0, "done": 0}

    def killed_at(here: str) -> bool:
        passed[here] += 1
        return here == place and passed[here] == nth

    machine.world.remind(TEN)
    machine.world.killed_at = killed_at
    try:
        machine.duty.round()
        machine.duty.round(last=True)
    except Killed:
        pass
    machine.die_and_start()
    machine.world.remind(TEN)  # the row is sent again only if it was not kept as sent
    machine.duty.round(last=True)

    assert machine.mailer.mails == [TEN]


def test_a_run_killed_between_mailing_and_marking_mails_twice_and_that_is_all(machine: Machine) -> None:
    machine.world.remind(TEN)
    machine.duty.round()
    machine.state.keep(machine.state.snapshot(), [THREE], owed=True)
    machine.mailer.send(THREE)  # and is killed before it marks it

    machine.die_and_start()
    machine.duty.round(last=True)

    assert machine.mailer.mails == [TEN, THREE, THREE]


def test_what_cannot_be_kept_yet_is_not_told_yet_and_not_lost(machine: Machine) -> None:
    machine.world.remind(TEN)
    machine.world.busy = 1

    machine.duty.round()
    before = list(machine.shown)
    machine.duty.round()

    assert (before, machine.shown) == ([], [TEN])


def test_nothing_is_kept_before_its_time_unless_there_is_something_to_tell(machine: Machine) -> None:
    machine.duty.round()
    machine.world.sent.append(THREE)
    machine.duty.round()
    early = machine.state.snapshot().items
    machine.now = 16

    machine.duty.round()

    assert (early, set(machine.state.snapshot().items)) == ({}, {THREE.event_id})


def test_mail_that_fails_is_held_back_and_sent_later_even_after_a_restart(machine: Machine) -> None:
    machine.mailer.failures = [MailError("mail.example: refused")]
    machine.world.remind(TEN)
    machine.duty.round()
    machine.duty.round()
    held_back = list(machine.mailer.mails)

    machine.die_and_start()
    machine.duty.round()

    assert (held_back, machine.mailer.mails) == ([], [TEN])
    assert machine.complaints == ["Mail is held back: mail.example: refused. It is tried again in 30 seconds."]


def test_mail_that_some_refused_is_not_sent_to_the_others_again(machine: Machine) -> None:
    machine.mailer.failures = [PartlyRefusedError("mail.example refused b@example.com")]
    machine.world.remind(TEN)

    machine.duty.round()
    machine.duty.round()

    assert machine.mailer.mails == []
    assert "the others have it" in machine.complaints[0]
    assert machine.state.owed() == []


FOR_GOOD = LetterRefusedError("mail.example answered 554", for_good=True)
LATER = LetterRefusedError("mail.example answered 451", for_good=False)


@pytest.mark.parametrize("refusal", [FOR_GOOD, LATER])
def test_a_letter_that_is_refused_does_not_keep_the_others_waiting(machine: Machine, refusal: Exception) -> None:
    machine.mailer.refuses[TEN] = refusal
    machine.world.remind(TEN)
    machine.world.remind(THREE)

    machine.duty.round()
    machine.now += 31
    machine.duty.round()

    assert machine.mailer.mails == [THREE]
    assert machine.state.owed() == [TEN]


def test_a_letter_that_is_refused_for_good_is_tried_for_a_day_and_then_given_up_aloud(machine: Machine) -> None:
    machine.mailer.refuses[TEN] = FOR_GOOD
    machine.world.remind(TEN)

    machine.duty.round()
    while machine.state.owed():
        machine.now += 60
        machine.duty.round()

    assert timedelta(hours=20) < timedelta(seconds=machine.now) < timedelta(hours=36)
    assert len(machine.complaints) == TRIES
    assert machine.complaints[-1].startswith("Mail is GIVEN UP: mail.example answered 554, 10 times.")
    assert "10 days" in machine.complaints[-1]
    assert machine.noted[-1] == MailStanding(given_up=1, why="mail.example answered 554")


def test_what_was_refused_is_tried_at_once_after_a_restart(machine: Machine) -> None:
    machine.mailer.refuses[TEN] = FOR_GOOD
    machine.world.remind(TEN)
    machine.duty.round()
    machine.mailer.refuses.clear()

    machine.die_and_start()
    machine.duty.round()

    assert machine.mailer.mails == [TEN]


def test_how_the_mail_stands_is_noted_when_it_changes_and_only_then(machine: Machine) -> None:
    machine.duty.round()
    machine.mailer.failures = [MailError("mail.example answered 535")]
    machine.world.remind(TEN)
    machine.duty.round()
    machine.duty.round()
    machine.now += 31
    machine.duty.round()

    assert machine.noted == [MailStanding(), MailStanding(1, NOW, 0, "mail.example answered 535"), MailStanding()]


def test_where_no_mail_is_set_up_none_waits(machine: Machine) -> None:
    machine.mailer.failures = [MailError("mail.example answered 535")]
    machine.world.remind(TEN)
    machine.duty.round()

    machine.duty.mailer = None
    machine.duty.round()

    assert machine.noted[-1] == MailStanding()


def test_what_was_given_up_long_ago_is_not_noted_any_more(machine: Machine) -> None:
    machine.world.remind(TEN)
    machine.mailer.refuses[TEN] = FOR_GOOD
    machine.duty.round()
    machine.state.give_up(TEN)
    machine.now += 8 * 86_400

    machine.duty.round()

    assert machine.noted[-1] == MailStanding()
