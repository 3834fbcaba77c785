"""The sockets of signed-in staff. Each stays open as long as its session is valid."""

from service.identity.current_credentials import CurrentCredentials
from service.identity.sessions import Sessions
from service.live.close_codes import UNAUTHENTICATED
from service.live.push_socket import PushSocket


class StaffSockets:
    """The staff's sockets of this process, with their sessions' tokens."""

    def __init__(self, sessions: Sessions, credentials: CurrentCredentials) -> None:
        self._sessions = sessions
        self._credentials = credentials
        self._tokens: dict[PushSocket, str] = {}

    def add(self, socket: PushSocket, token: str) -> None:
        """Adds a socket, to be closed when its session ends. Call this before the socket can have ended."""
        self._tokens[socket] = token

    def discard(self, socket: PushSocket) -> None:
        """Forgets a socket that ended. Does nothing for one that was not added."""
        self._tokens.pop(socket, None)

    async def check(self) -> None:
        """Closes those whose session has ended or whose account has changed, in one round trip to the store.

        Raises Unavailable, having closed none.
        """
        if not self._tokens:
            return
        sockets = list(self._tokens)
        sessions = await self._sessions.find_all([self._tokens[socket] for socket in sockets])
        for socket, session in zip(sockets, sessions, strict=True):
            if session is None or not self._credentials.now.accounts.admits(session):
                socket.leave(UNAUTHENTICATED)
