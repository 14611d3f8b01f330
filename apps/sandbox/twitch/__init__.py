"""Twitch: who somebody is, their channel, their stream key. Chat and EventSub come with live."""
