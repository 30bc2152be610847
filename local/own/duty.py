"""What goes on while the stack runs: keep, tell, mail, and again."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from local.own.keeper import Keeper
from local.own.mail import Mailer, MailError, PartlyRefusedError
from local.own.postbox import Delivery, Postbox
from local.own.state import Letter, State

FIRST_PAUSE = 30.0
LONGEST_PAUSE = 1800.0

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
    monotonic: Callable[[], float] = time.monotonic
    _fetched: Delivery = field(default_factory=lambda: Delivery([], []))
    """What has come and is not on disk yet."""
    _next_save: float = 0.0
    _next_mail: float = 0.0
    _pause: float = FIRST_PAUSE

    def round(self, *, last: bool = False) -> None:
        """Keep what is due to be kept, tell what has come, and mail what is owed."""
        self._fetch()
        if self._fetched.letters or last or self.monotonic() >= self._next_save:
            self._keep()
        if self.mailer is not None and (last or self.monotonic() >= self._next_mail):
            self._mail(self.mailer)

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

    def _mail(self, mailer: Mailer) -> None:
        for letter in self.state.owed():
            try:
                mailer.send(letter)
            except PartlyRefusedError as error:
                self.complain(f"Mail: {error}; the others have it.")
            except MailError as error:
                self.complain(f"Mail is held back: {error}. It is tried again in {self._pause:.0f} seconds.")
                self._next_mail = self.monotonic() + self._pause
                self._pause = min(self._pause * 2, LONGEST_PAUSE)
                return
            self.state.mailed(letter)
        self._pause = FIRST_PAUSE
