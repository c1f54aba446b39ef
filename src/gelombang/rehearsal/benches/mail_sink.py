"""A mail server that keeps nothing but counts: where the mail bench sends to, as its own process.

It takes whole mails over real SMTP. When its input ends it writes one JSON line: the mails, by
address how often each came, the seconds from the first mail to the last, and a few links.
"""

import asyncio
import json
import re
import sys
import time
from collections import Counter

import uvloop

from gelombang.gateways.messaging.catch import read_mail
from gelombang.gateways.messaging.listener import listen

MOST_LINKS = 50
_LINK = re.compile(r"https?://\S+/konfirmasi/\S+")


class Sink:
    """Counts mails by their recipient and Message-ID."""

    def __init__(self) -> None:
        self.mails = 0
        self.by_id: Counter[tuple[str, bytes]] = Counter()
        self.links: list[str] = []
        self.first = self.last = 0.0

    def refusal_of(self, address: str) -> str | None:  # noqa: ARG002 - everybody is welcome
        """Take every address."""
        return None

    def keep(self, *, sender: str, recipients: list[str], content: bytes) -> None:  # noqa: ARG002
        """Count a mail."""
        self.last = time.monotonic()
        self.first = self.first or self.last
        self.mails += 1
        head = content[: content.find(b"\r\n\r\n")]
        name = head[head.find(b"Message-ID:") :].split(b"\r\n", 1)[0]
        for address in recipients:
            self.by_id[address, name] += 1
        if len(self.links) < MOST_LINKS and self.mails % 97 == 1:
            self.links += _LINK.findall(read_mail(content)[1])

    def report(self) -> dict[str, object]:
        """What came, in figures."""
        addresses = Counter(address for address, _ in self.by_id)
        return {
            "mails": self.mails,
            "letters": len(self.by_id),
            "addresses": len(addresses),
            "repeated": self.mails - len(self.by_id),
            "most_to_one_address": max(addresses.values(), default=0),
            "seconds": round(self.last - self.first, 3),
            "links": self.links,
        }


async def serve(port: int) -> None:
    """Listen until standard input ends, then write the report."""
    sink = Sink()
    listener = await listen(sink, host="127.0.0.1", port=port)
    print("ready", flush=True)  # noqa: T201 - the bench waits for this line
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    listener.close()
    print(json.dumps(sink.report()), flush=True)  # noqa: T201 - the report is the output


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
