from tests.sandbox.live import sandbox

__all__ = ["sandbox"]
