"""The platforms, each a folder: `platform.py` says what it is, `identity.py` and `publisher.py` speak with it,
`errors.py` says what its refusals mean."""
