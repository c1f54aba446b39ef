"""What the front door is told at start; it reads no environment itself."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from gelombang.kit.sealing import Keyring, derived_key


@dataclass(frozen=True, slots=True)
class DoorLimits:
    """Everything has a limit. Seconds are real; sizes are bytes."""

    body_bytes: int = 16 * 1024
    """The largest body that a route of the door reads."""
    body_seconds: float = 10
    """How long a sender may take for it."""
    drained_bytes: int = 16 * 1024 * 1024
    """How much of a body that is too large is read away, so that its sender hears the answer."""
    batch: int = 1_000
    """Rows in one commit."""
    company: int = 32
    """A batch of fewer rows waits a moment for more."""
    company_seconds: float = 0.02
    """How long that moment is."""
    queue: int = 10_000
    """Rows that wait for a commit, for each intake table."""
    commit_seconds: float = 10
    """From arrival to COMMIT; later the person hears "paused" and the same key tries again."""
    connect_seconds: float = 3
    """How long opening a connection may take."""
    calendar_seconds: float = 1
    """Pause between two looks at the calendar and the public funnel."""
    lane_age_seconds: float = 30
    """How old a ticket must be to stand for a proof of work, in the lane for who sends none."""
    challenge_life: timedelta = timedelta(minutes=20)
    """How long a challenge may be answered."""
    house_pass_life: timedelta = timedelta(minutes=30)
    """How long somebody whose turn has come may move about the house."""
    house_requests: int = 32
    """Requests inside the house at a time, when it is quick."""
    house_requests_fewest: int = 4
    """The same, however slow it is."""
    house_visit_seconds: float = 0.5
    """What the median visit may take before fewer are let in."""
    house_answer_seconds: float = 60
    """How long the house may take to begin its answer; then its place is given to another."""
    house_queue: int = 512
    """Requests that wait for a place in the house."""
    house_seconds: float = 10
    """How long one of them waits."""
    house_body_bytes: int = 1024 * 1024
    """The largest body that the house receives."""
    house_upload_bytes: int = 32 * 1024 * 1024
    """The same for the paths of `house_upload_paths`."""
    house_upload_paths: tuple[str, ...] = ("/meja/",)
    """Where staff upload files."""


@dataclass(frozen=True, slots=True)
class DoorConfig:
    """Where the door stands and what it holds."""

    database_url: str = field(repr=False)
    """PostgreSQL with the intake tables and the view `door_facts`."""
    keyring: Keyring
    base_url: str
    """The official address, as people type it."""
    funnel_file: Path
    """The public figures, rewritten by a job; the door shows the last good ones."""
    processes: int = 1
    """How many processes share the admission, until they have told each other."""
    trusted_proxies: int = 0
    """How many proxies of ours stand before the door and write X-Forwarded-For."""
    run_dir: Path | None = None
    """Where each process writes how it stands, for its operators; None writes nothing."""
    access_log: bool = True
    """One line per request: route, status, milliseconds; never a path or an address."""
    limits: DoorLimits = DoorLimits()

    @property
    def receipt_key(self) -> bytes:
        """The key that turns an idempotency key into a receipt."""
        return derived_key(self.keyring, purpose="receipt")

    @property
    def own_hosts(self) -> frozenset[str]:
        """Hosts, with their ports, that forms of ours are sent from."""
        return frozenset({urlsplit(self.base_url).netloc})

    @property
    def is_secure(self) -> bool:
        """Whether people reach us by HTTPS, so that cookies may insist on it."""
        return self.base_url.startswith("https://")
