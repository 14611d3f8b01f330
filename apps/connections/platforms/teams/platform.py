"""Microsoft Teams' entry in the registry."""

from apps.connections.capabilities import Capability
from apps.connections.platforms.teams.identity import MEETINGS, SCOPES, TeamsIdentity
from apps.connections.registry import Platform

TEAMS = Platform(
    slug="teams",
    name="Microsoft Teams",
    icon="teams",
    colour="teams",
    summary="Meetings of a work or school account, and their recordings. Nothing is posted there.",
    capabilities=frozenset({Capability.IDENTITY, Capability.MEETING, Capability.RECORDING}),
    identity=TeamsIdentity(),
    scopes=SCOPES,
    needed={
        Capability.MEETING: (MEETINGS,),
        Capability.RECORDING: (
            "OnlineMeetingRecording.Read.All",
        ),  # not asked for yet: an administrator's to allow
    },
    taken_back_at=(
        "Microsoft has no call for that: remove Showrunner yourself at https://myapps.microsoft.com, "
        "or ask your organisation's administrator."
    ),
)
