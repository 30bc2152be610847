"""`make local FLEET=fleet.yaml`: your own PBXs on this machine, until Ctrl-C, and on from there the next time."""

import asyncio
import os
import socket
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial

from botocore.exceptions import BotoCoreError, ClientError
from lapsewatch.domain.overview import Watched
from lapsewatch.errors import LapsewatchError
from lapsewatch.settings import settings_from

from cli.fleet.asking import answered
from cli.fleet.planning import WholePlan
from cli.mail_standing import note_standing
from cli.polls import follow, to_be_read
from cli.printing import complain, say
from local.build import built_template
from local.deploy import deploy
from local.emulator import running_emulator
from local.front import address_of, serving
from local.own.duty import Duty
from local.own.fleet import bring_up_to_date, plan_at_start
from local.own.holding import held, opened, placed, signposts
from local.own.mail import Mailer
from local.own.opening import opening_token
from local.own.orphans import end_orphan, remember
from local.own.postbox import Postbox
from local.own.settings import HOW, MailSettings, OwnSettings, Tuning, given_in, tuning_of
from local.own.stack import STACK, OwnStack, parameters
from local.own.state import Letter, State, StateError
from local.own.stopping import StoppedError, Stopping

LOOK_SECONDS = 2.0
FIRST_READ_SECONDS = 60.0
TOKEN = "token"  # noqa: S105  a name


def main() -> int:
    if not os.environ.get("FLEET", "").strip():
        say(HOW)
        return 1
    try:
        own, mail = settings_from(OwnSettings), settings_from(MailSettings)
        with held(own.local_dir), opened(own.local_dir / "state.db") as state, placed(own.port) as place:
            tuning = tuning_of(os.environ, state.notes())
            settings_from(Tuning, tuning)
            state.note(given_in(os.environ))
            asyncio.run(run(own, mail, tuning, state, place))
    except StoppedError:
        say("Stopped.")
    except (LapsewatchError, StateError, BotoCoreError, ClientError, RuntimeError, TimeoutError, OSError) as error:
        complain(f"It could not go on: {error}")
        return 1
    return 0


async def run(own: OwnSettings, mail: MailSettings, tuning: dict[str, str], state: State, place: socket.socket) -> None:
    """Bring everything up as it was, and keep it running until told to stop."""
    stopping, begun, url = Stopping(), time.monotonic(), address_of(place)

    def step(text: str) -> None:
        stopping.heed()
        say(f"{time.monotonic() - begun:4.0f} s  {text} …")

    step("Building the functions and their layer")
    template = await asyncio.to_thread(built_template)
    step("Starting the AWS emulator")
    end_orphan(own.local_dir)
    with running_emulator(own.local_dir / "emulator.log") as emulator:
        remember(own.local_dir, emulator.pid)
        step("Deploying infra/template.yaml")
        await asyncio.to_thread(deploy, emulator, template, STACK, parameters(tuning, url))
        stack = OwnStack(emulator)
        duty = await asyncio.to_thread(restored, stack, state, own, mail)
        async with serving(place, emulator.endpoint, stack.api_host):
            step(f"Applying {own.fleet}")
            plan = await asyncio.to_thread(plan_at_start, stack, own.fleet, own.allow_removals, say, complain)
            with stopping.asking():
                plan = answered(plan)
            token = await asyncio.to_thread(first_round, stack, state, plan, step, stopping.sleep)
            await asyncio.to_thread(duty.round)
            with signposts(own.local_dir, stack, url, token):
                say(f"Ready after {time.monotonic() - begun:.0f} s. Days count in {tuning['TENANT_ZONE']}.\n")
                print(f"Open {url}/session#token={token}", flush=True)
                say(f"For the operator's commands: . {own.local_dir}/env · Ctrl-C stops everything.\n")
                await watch(duty, stopping.told)
            say("Stopping.")


async def watch(duty: Duty, stopped: asyncio.Event) -> None:
    """Do the rounds until told to stop, and a last one then."""
    while not stopped.is_set():
        await asyncio.to_thread(duty.round)
        with suppress(TimeoutError):
            await asyncio.wait_for(stopped.wait(), LOOK_SECONDS)
    await asyncio.to_thread(duty.round, last=True)


def restored(stack: OwnStack, state: State, own: OwnSettings, mail: MailSettings) -> Duty:
    """Put everything back that was kept, before anything of the new stack speaks."""
    keeper = stack.keeper()
    postbox = Postbox(stack.client("sqs"), stack.client("sns"), stack.output("TopicArn"))
    keeper.restore(state.snapshot())
    mailer = Mailer(mail) if mail.smtp_url else None
    note = partial(note_standing, stack.table)
    return Duty(state, keeper, postbox, mailer, show, complain, own.save_seconds, note)


def first_round(
    stack: OwnStack, state: State, plan: WholePlan, step: Callable[[str], None], sleep: Callable[[float], None]
) -> str:
    """Take the fleet file in, read everything once, and return the token that opens the page."""
    bring_up_to_date(stack, plan, complain)
    token = opening_token(stack.tokens, state.notes().get(TOKEN), datetime.now(UTC))
    state.note({TOKEN: token})
    step("Reading the PBXs")
    waiting = to_be_read(stack.fleet, datetime.now(UTC))
    stack.poll_now()
    tell_unread(waiting, follow(stack.fleet, waiting, FIRST_READ_SECONDS, sleep), complain)
    step("Sending what is due, and rendering the pages")
    stack.run("RemindFunctionName")
    stack.run("ReportFunctionName")
    return token


def tell_unread(waiting: Mapping[str, object], landed: Mapping[str, Watched], tell: Callable[[str], None]) -> None:
    """Tell how many PBXs could not be read, if any, and where to look."""
    unread = len(waiting) - sum(1 for item in landed.values() if item.state.reason is None)
    if unread:
        tell(f"{unread} of {len(waiting)} PBXs could not be read: `lapsewatch doctor` says why, and what to do.")


def show(letter: Letter) -> None:
    """Print a message as people get it."""
    say(f"\n✉ {letter.subject}\n{letter.text}\n")


if __name__ == "__main__":
    sys.exit(main())
