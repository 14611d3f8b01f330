"""Jitsi: a server that a person enters, or 8x8's (JaaS) with the keys of an account there. There is no sign-in."""
