"""Zoom's entry in the registry."""

from apps.connections.capabilities import Capability
from apps.connections.platforms.zoom.identity import (
    CREATE,
    DELETE,
    FILES,
    READ,
    RECORDINGS,
    SCOPES,
    UPDATE,
    ZoomIdentity,
)
from apps.connections.registry import Platform

ZOOM = Platform(
    slug="zoom",
    name="Zoom",
    icon="zoom",
    colour="zoom",
    summary="Meetings and their cloud recordings. Nothing is posted there.",
    capabilities=frozenset({Capability.IDENTITY, Capability.MEETING, Capability.RECORDING}),
    identity=ZoomIdentity(),
    scopes=SCOPES,
    needed={
        Capability.MEETING: (CREATE, READ, UPDATE, DELETE),
        Capability.RECORDING: (RECORDINGS, FILES),
    },
)
