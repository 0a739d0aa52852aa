"""The providers' side: real HTTP servers that take the desk's sends and post signed webhooks back.

For development, tests and demonstrations; nothing here is shipped, and nothing here imports the
desk.
"""

from simulators.server import Simulators, running

__all__ = ["Simulators", "running"]
