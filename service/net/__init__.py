"""TCP: the listening socket, the open connections, whose they are, and writing to them."""
