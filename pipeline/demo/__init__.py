"""A whole Friday on this machine: a company of people, their mailboxes, and a clock that can be moved.

Only servers, people and clock are the demo's own; what asks, reads and sums up is the code that production runs.
"""

LOOPBACK = "127.0.0.1"
NAME = "demo.invalid"
"""What the demo's servers call themselves: a name that nobody can have (RFC 6761)."""


class DemoUnavailable(Exception):  # noqa: N818  it is told to the person who typed the command
    """The demo cannot run here. The message says what to do."""
