"""What a server of rooms answers. A room is there as soon as somebody opens it; there is no API that makes one."""

import re

from apps.sandbox.jitsi.habits import PLATFORM, refusal
from apps.sandbox.models import Account
from apps.sandbox.services import accounts
from apps.sandbox.standin import Answer, Call

SCRIPT = (
    '!function(e,t){"object"==typeof exports&&"object"==typeof module?module.exports=t():'
    '"object"==typeof exports?exports.JitsiMeetExternalAPI=t():e.JitsiMeetExternalAPI=t()}'
    "(self,(()=>function(){/* a stand-in: it embeds nothing */}));\n"
)
_APP_ID = re.compile(r"vpaas-magic-cookie-[0-9a-f]{8,64}")


def script(call: Call) -> Answer:
    return Answer(SCRIPT, headers={"Content-Type": "application/javascript"})


def script_of_app(call: Call) -> Answer:
    """JaaS: every AppID of the right form has one."""
    _check(call)
    return script(call)


def room(call: Call) -> Answer:
    return Answer(f"The room {call.args['room']}: a stand-in, in which nobody meets.")


def room_of_app(call: Call) -> Answer:
    _check(call)
    return room(call)


def _check(call: Call) -> None:
    if not _APP_ID.fullmatch(call.args["app"]):
        raise refusal(404, "Not Found")


def samples() -> list[Account]:
    """Nobody signs in at a server of rooms; this is the server, for faults that hold for all of it."""
    return [accounts.sample(PLATFORM, "server", "Jitsi server", "jitsi-server")]


def new_account(name: str) -> Account:
    return accounts.new_account(PLATFORM, "server", name)
