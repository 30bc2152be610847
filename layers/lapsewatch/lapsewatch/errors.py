"""The errors of Lapsewatch, each with what can be done about it."""


class LapsewatchError(Exception):
    """The base of all errors that Lapsewatch raises on purpose."""


class SettingsError(LapsewatchError):
    """A setting is missing or wrong; the text names it and what it accepts."""


class UnknownInstanceError(LapsewatchError):
    """No such instance, or not for this caller."""


class UnknownFeedError(LapsewatchError):
    """No such feed, or it was revoked, or the token is wrong: callers are not told which."""


class InvalidRequestError(LapsewatchError):
    """The caller sent something that cannot be used; the text names the field and the remedy."""


class BodyTooLargeError(LapsewatchError):
    """The caller sent more than any body that is understood here."""


class BodyTypeError(LapsewatchError):
    """The caller sent a body of another type than JSON."""


class SignInRequiredError(LapsewatchError):
    """No token or session, or one that is wrong, expired or revoked."""


class ForbiddenError(LapsewatchError):
    """A good token whose role is not enough."""


class RefreshTooSoonError(LapsewatchError):
    """This instance was refreshed a moment ago, or its PBX asked to be left alone for a while."""

    def __init__(self, retry_after: int, why: str = "This instance was refreshed a moment ago") -> None:
        super().__init__(f"{why}: try again in {retry_after} seconds.")
        self.retry_after = retry_after


class RefreshUnsupportedError(LapsewatchError):
    """This PBX cannot be told to ask for its license; the text says what can be done instead."""


class InstanceBusyError(LapsewatchError):
    """Another reader holds this PBX's only token."""


class ConflictError(LapsewatchError):
    """A conditional write lost against another writer: read again and decide again."""


class UnreadableItemError(LapsewatchError):
    """An item of the table is not what this version or any other wrote; the text names it and the remedy."""


class DeliveryRefusedError(LapsewatchError):
    """The channel refused a message and will refuse it again: retrying does not help."""


class DeliveryFailedError(LapsewatchError):
    """The channel certainly did not take a message, and may take it later."""


class ChannelClosedError(DeliveryFailedError):
    """The channel takes nothing at all until somebody mends it: its topic, its key or our right to publish."""


class DeliveryUnknownError(LapsewatchError):
    """The channel may or may not have taken a message: its answer was lost."""


class RunFailedError(LapsewatchError):
    """A run went on to its end, but something in it failed unexpectedly; the log says what."""
