"""An SMTP server that takes connections and hangs, at once or after so many answers; for tests."""

import socket
import threading
from typing import Self

GREETS = b"220 hanging ESMTP\r\n"
HELLO = b"250-hanging\r\n250 PIPELINING\r\n"
TAKES_ENVELOPE = b"250 sender\r\n250 recipient\r\n354 go ahead\r\n"
TAKES_MAIL = b"250 kept\r\n"


class HangingServer:
    """`says` are its answers on each line, one for each time that the client writes.

    The first is its greeting and comes unasked. Whoever writes more waits for ever.
    """

    def __init__(self, *says: bytes) -> None:
        self._says = says
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.unanswered: list[bytes] = []
        """What was left without an answer, one a line; empty where not even a greeting came."""
        self._lines: list[socket.socket] = []
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for line in self._lines:
            line.close()
        self._thread.join(10)

    def greet_nobody(self) -> None:
        """Hang before the greeting from the next connection on."""
        self._says = ()

    def _accept(self) -> None:
        while True:
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            self._lines.append(line)
            threading.Thread(target=self._talk, args=(line,), daemon=True).start()

    def _talk(self, line: socket.socket) -> None:
        try:
            says = self._says
            if not says:
                self.unanswered.append(b"")
                return
            line.sendall(says[0])
            for words in says[1:]:
                line.recv(65536)
                line.sendall(words)
            if ignored := line.recv(65536):
                self.unanswered.append(ignored)
        except OSError:
            return
