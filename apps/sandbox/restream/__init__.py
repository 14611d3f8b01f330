"""Restream: who somebody is, the channels that they send to, their stream key. Chat comes with live."""
