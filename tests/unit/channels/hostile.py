"""Messages with names that want to be something else."""

from hypothesis import strategies as st
from lapsewatch.domain.messages import Message

from tests.unit.channels.messages import changed, many, message_of, notice
from tests.unit.pages.test_safety import HOSTILE
from tests.unit.test_sns_messages import any_name

NAMES = [
    *HOSTILE,
    "<!channel> <@U123> <https://evil.example|Renew>",
    "[Renew](https://evil.example) **x** {{DATE(2020-01-01T00:00:00Z)}} ${x} @{body()}",
    "Northwind\r\nBcc: everybody@example.com\r\n\r\nbody",
    "=?utf-8?q?x?=",
    "&" * 300,
    "<" * 300,
    "\U0001f9b7" * 300,
    "N" * 300,
]
LEFT = st.sampled_from([10, 0, None])
names = any_name | st.sampled_from(NAMES)
messages: st.SearchStrategy[Message] = st.one_of(
    st.builds(lambda name, left: message_of(notice(left, name=name, customer=name)), names, LEFT),
    st.builds(lambda name: message_of(changed(name, name)), names),
    st.builds(lambda name, count: message_of(many(count, name, name)), names, st.integers(2, 60)),
)
