"""The platforms, each a folder: `platform.py` says what it is, `identity.py` and `publisher.py` speak with it,
`errors.py` says what its refusals mean."""

# A call rides on a connection of its own: one that the platform is about to close would swallow its answer, and after a
# call that changes something nobody could say whether it was done.
ALONE = {"Connection": "close"}
