"""What goes on while the stack runs: keep, tell, mail, and again."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cli.mail_standing import MailStanding
from local.own.keeper import Keeper
from local.own.mail import LetterRefusedError, Mailer, MailError, PartlyRefusedError
from local.own.postbox import Delivery, Postbox
from local.own.state import Letter, State

FIRST_PAUSE = 30.0
LONGEST_PAUSE = 1800.0
REFUSED_PAUSE = 60.0
LONGEST_REFUSED_PAUSE = 6 * 3600.0
TRIES = 10
"""How often a letter that is refused for good is tried: within about a day somebody may mend what refuses it."""
LATELY = timedelta(days=7)

type Tell = Callable[[str], None]


@dataclass
class Duty:
    """One round after the other, each safe to be cut off anywhere."""

    state: State
    keeper: Keeper
    postbox: Postbox
    mailer: Mailer | None
    show: Callable[[Letter], None]
    complain: Tell
    every: float
    note: Callable[[MailStanding], None]
    monotonic: Callable[[], float] = time.monotonic
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    _fetched: Delivery = field(default_factory=lambda: Delivery([], []))
    """What has come and is not on disk yet."""
    _next_save: float = 0.0
    _next_mail: float = 0.0
    _pause: float = FIRST_PAUSE
    _resting: dict[str, float] = field(default_factory=dict)
    """Until when letters that were refused are left alone."""
    _why: str = ""
    _noted: MailStanding | None = None

    def round(self, *, last: bool = False) -> None:
        """Keep what is due to be kept, tell what has come, and mail what is owed."""
        self._fetch()
        if self._fetched.letters or last or self.monotonic() >= self._next_save:
            self._keep()
        if self.mailer is not None and (last or self.monotonic() >= self._next_mail):
            self._mail(self.mailer, last=last)
        self._note()

    def _fetch(self) -> None:
        more = self.postbox.fetch()
        self._fetched = Delivery(self._fetched.letters + more.letters, self._fetched.receipts + more.receipts)

    def _keep(self) -> None:
        snapshot = self.keeper.steady()
        if snapshot is None:
            return  # too busy to be caught: what was kept stays, and the next round tries again
        # Whatever the snapshot has as sent was published before it, and so is fetched by now.
        self._fetch()
        for letter in self.state.keep(snapshot, self._fetched.letters, owed=self.mailer is not None):
            self.show(letter)
        self.postbox.done(self._fetched)
        self._fetched = Delivery([], [])
        self._next_save = self.monotonic() + self.every

    def _mail(self, mailer: Mailer, *, last: bool) -> None:
        for letter in self.state.owed():
            if not last and self.monotonic() < self._resting.get(letter.event_id, 0.0):
                continue
            try:
                mailer.send(letter)
            except PartlyRefusedError as error:
                self.complain(f"Mail: {error}; the others have it.")
            except LetterRefusedError as error:
                # The server is well: what it refuses for good does not keep the others waiting.
                if self._refused(letter, error):
                    continue
                return
            except MailError as error:
                self._hold_back(error)
                return
            self.state.mailed(letter)
        self._pause = FIRST_PAUSE

    def _refused(self, letter: Letter, error: LetterRefusedError) -> bool:
        """Have a letter wait behind the others, or give it up; return whether the others may go on now."""
        tries = self.state.refused(letter)
        if not error.for_good:
            self._hold_back(error)
            return False
        self._why = str(error)
        if tries >= TRIES:
            self.state.give_up(letter)
            self.complain(f"Mail is GIVEN UP: {error}, {tries} times. Nobody gets this by mail: {letter.subject}")
            return True
        pause = min(REFUSED_PAUSE * 4 ** (tries - 1), LONGEST_REFUSED_PAUSE)
        self._resting[letter.event_id] = self.monotonic() + pause
        self.complain(f"Mail is refused: {error}: {letter.subject}. It is tried again in {pause / 60:.0f} minutes.")
        return True

    def _hold_back(self, error: MailError) -> None:
        self._why = str(error)
        self.complain(f"Mail is held back: {error}. It is tried again in {self._pause:.0f} seconds.")
        self._next_mail = self.monotonic() + self._pause
        self._pause = min(self._pause * 2, LONGEST_PAUSE)

    def _note(self) -> None:
        """Have the doctor know how the mail stands, if that has changed."""
        standing = self._standing() if self.mailer is not None else MailStanding()
        if standing != self._noted:
            self.note(standing)
            self._noted = standing

    def _standing(self) -> MailStanding:
        waiting, since, given_up = self.state.unmailed((self.clock() - LATELY).timestamp())
        oldest = None if since is None else datetime.fromtimestamp(since, UTC)
        return MailStanding(waiting, oldest, given_up, self._why if waiting or given_up else "")
