"""What the mail catcher remembers: the newest mails, in bounded memory."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from email.header import decode_header, make_header
from email.parser import BytesParser
from itertools import islice

MOST_MAILS = 300_000
MOST_BYTES = 256 * 1024 * 1024
_PARSER = BytesParser()  # the old policy is ten times as fast as the new one


@dataclass(frozen=True, slots=True)
class Caught:
    """One mail as it arrived, in the words of the JSON API."""

    id: int
    to: str
    subject: str
    body: str
    received_at: str
    message_id: str = ""
    sender: str = ""
    """The envelope's sender, where a bounce would go."""

    @property
    def size(self) -> int:
        """About the bytes that it takes."""
        return len(self.body) + len(self.subject) + len(self.to)


class Catch:
    """The mails of a catcher, oldest first. The oldest are forgotten when memory is full."""

    def __init__(self, *, most_mails: int = MOST_MAILS, most_bytes: int = MOST_BYTES) -> None:
        self._most_mails, self._most_bytes = most_mails, most_bytes
        self._mails: deque[Caught] = deque()
        self._by_address: dict[str, deque[Caught]] = {}
        self._bytes = 0
        self._next_id = 1
        self.forgotten = 0
        """Mails that were dropped because memory was full."""
        self.repeated = 0
        """Mails that came again under the Message-ID of one that is known to the same address:
        a mailbox shows those once, and so does this one."""
        self._known: set[tuple[str, str]] = set()
        self._arrival = asyncio.Event()

    def __len__(self) -> int:
        return len(self._mails)

    @property
    def first_id(self) -> int:
        """The oldest mail that is still known; the next one to come when there is none."""
        return self._mails[0].id if self._mails else self._next_id

    def add(
        self, *, to: str, subject: str, body: str, received_at: str, message_id: str = "",
        sender: str = "",
    ) -> Caught | None:  # fmt: skip
        """Remember a mail, and wake up who waits for one; None for one that came again."""
        if message_id and (to.casefold(), message_id) in self._known:
            self.repeated += 1
            return None
        mail = Caught(self._next_id, to, subject, body, received_at, message_id, sender)
        if message_id:
            self._known.add((to.casefold(), message_id))
        self._next_id += 1
        self._mails.append(mail)
        self._by_address.setdefault(to.casefold(), deque()).append(mail)
        self._bytes += mail.size
        while len(self._mails) > self._most_mails or self._bytes > self._most_bytes:
            self._forget_oldest()
        self._arrival.set()
        return mail

    def _forget_oldest(self) -> None:
        mail = self._mails.popleft()
        self._bytes -= mail.size
        self.forgotten += 1
        address = mail.to.casefold()
        self._known.discard((address, mail.message_id))
        self._by_address[address].popleft()
        if not self._by_address[address]:
            del self._by_address[address]

    def clear(self) -> None:
        """Forget every mail; numbers go on, so that readers never see one twice."""
        self._mails.clear()
        self._by_address.clear()
        self._known.clear()
        self._bytes = 0

    def find(self, number: int) -> Caught | None:
        """The mail of this number, if it is still known."""
        place = number - self.first_id
        return self._mails[place] if 0 <= place < len(self._mails) else None

    def after(self, number: int, *, limit: int) -> list[Caught]:
        """The next mails behind a number, in the order of arrival."""
        start = max(0, number + 1 - self.first_id)
        if start >= len(self._mails):
            return []
        if start > len(self._mails) // 2:  # a deque is walked from its nearer end
            newest = islice(reversed(self._mails), len(self._mails) - start)
            return list(newest)[::-1][:limit]
        return list(islice(self._mails, start, start + limit))

    def to_address(self, address: str, *, after: int, limit: int) -> list[Caught]:
        """Mails to exactly this address behind a number, in the order of arrival."""
        found = self._by_address.get(address.strip().casefold(), ())
        return list(islice((mail for mail in found if mail.id > after), limit))

    def newest(self, *, search: str, limit: int) -> list[Caught]:
        """The newest mails whose address holds the searched text, newest first."""
        wanted = search.strip().casefold()
        if wanted in self._by_address:
            return list(islice(reversed(self._by_address[wanted]), limit))
        mails: Iterable[Caught] = reversed(self._mails)
        if wanted:
            mails = (mail for mail in mails if wanted in mail.to.casefold())
        return list(islice(mails, limit))

    async def wait_for(self, number: int, *, seconds: float) -> None:
        """Return when a mail behind this number is there, or after so many real seconds."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while self._next_id <= number + 1 and (left := until - loop.time()) > 0:
            self._arrival.clear()
            try:
                await asyncio.wait_for(self._arrival.wait(), left)
            except TimeoutError:
                return


def read_mail(raw: bytes) -> tuple[str, str, str]:
    """Subject, text and Message-ID of a mail as it travelled; undecodable bytes become `?`."""
    message = _PARSER.parsebytes(raw)
    subject = str(message["Subject"] or "")
    if "=?" in subject:
        subject = str(make_header(decode_header(subject)))
    parts = (part for part in message.walk() if part.get_content_type() == "text/plain")
    part = next(parts, message)
    content = part.get_payload(decode=True)
    charset = part.get_content_charset("utf-8")
    text = content.decode(charset, "replace") if isinstance(content, bytes) else ""
    return subject, text.replace("\r\n", "\n"), str(message["Message-ID"] or "").strip()
