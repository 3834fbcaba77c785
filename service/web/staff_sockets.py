"""The sockets of signed-in staff, each open as long as its session counts."""

from service.identity.current_credentials import CurrentCredentials
from service.identity.sessions import Sessions
from service.live.close_codes import UNAUTHENTICATED
from service.live.push_socket import PushSocket


class StaffSockets:
    """Those of this process, with their sessions' tokens."""

    def __init__(self, sessions: Sessions, credentials: CurrentCredentials) -> None:
        self._sessions = sessions
        self._credentials = credentials
        self._tokens: dict[PushSocket, str] = {}

    def add(self, socket: PushSocket, token: str) -> None:
        """From now on the socket is closed when the session ends; to be called before the socket can have ended."""
        self._tokens[socket] = token

    def discard(self, socket: PushSocket) -> None:
        """The socket ended; nothing happens for one that isn't a member of staff's."""
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
