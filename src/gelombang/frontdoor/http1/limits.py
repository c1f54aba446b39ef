"""What one process of the server allows its connections. Everything has a limit."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WireLimits:
    """Seconds are real, and counted by a look once a second; sizes are bytes."""

    connections: int = 4096
    """Connections that are held at a time, idle ones too; more wait in the kernel."""
    head_bytes: int = 32 * 1024
    """The head of a request: its line and its headers."""
    target_bytes: int = 16 * 1024
    """The address in the line of a request."""
    headers: int = 100
    """Headers of a request, trailers included."""
    body_bytes: int = 64 * 1024
    """How much of a body is kept before the door asks for it; then reading pauses."""
    pipelined: int = 32
    """Requests that wait on one connection; who sends more finds it closed after those."""
    ignored_bytes: int = 1024 * 1024
    """What is read away after a last answer, so that its sender hears it."""
    idle_seconds: float = 10
    """How long a connection may say nothing."""
    head_seconds: float = 10
    """How long a head may take from its first byte."""
    write_seconds: float = 20
    """How long a reader may leave an answer lying."""
    linger_seconds: float = 3
    """How long a sender may go on after a last answer."""
    look_seconds: float = 1
    """How often all of these are looked at."""
    last_call_seconds: float = 0.5
    """In which a request may come that was under way when the server began to stop."""
    drain_seconds: float = 25
    """How long those who were accepted may take when the server stops."""
