/* The limit that any server here is measured against: a frame to every socket with one send() each, and nothing else.
 *
 *   limit PORT
 *
 * GET answers as a WebSocket handshake (without the key's digest, which no client of the bench reads) and POST sends
 * its body, up to 8 KB, to all who did.
 */

#include "common.h"

enum { MOST = 20000, BATCH = 256 };

static int sockets[MOST], count;
static char frame[1 << 14];
static size_t frame_size;

static void make_frame(const char *body, size_t size) {
  frame[0] = (char)0x81;
  if (size < 126) {
    frame[1] = size, frame_size = 2;
  } else {
    frame[1] = 126, frame[2] = size >> 8, frame[3] = size & 255, frame_size = 4;
  }
  memcpy(frame + frame_size, body, size);
  frame_size += size;
}

static void answer(int fd, char *request, ssize_t size) {
  static const char shaken[] =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
  static const char done[] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
  request[size] = 0;
  char *body = strstr(request, "\r\n\r\n");
  if (!strncmp(request, "GET ", 4)) {
    send(fd, shaken, sizeof shaken - 1, MSG_NOSIGNAL);
    if (frame_size) send(fd, frame, frame_size, MSG_NOSIGNAL);
    sockets[count++] = fd;
  } else if (!strncmp(request, "POST ", 5) && body) {
    make_frame(body + 4, request + size - body - 4);
    for (int i = 0; i < count; i++) send(sockets[i], frame, frame_size, MSG_NOSIGNAL);
    send(fd, done, sizeof done - 1, MSG_NOSIGNAL);
  }
}

static void forget(int fd) {
  for (int i = 0; i < count; i++)
    if (sockets[i] == fd) {
      sockets[i] = sockets[--count];
      break;
    }
  close(fd);
}

int main(int argc, char **argv) {
  if (argc < 2) return 2;
  int listening = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1, poll_fd = epoll_create1(0);
  setsockopt(listening, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1]))};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(listening, (struct sockaddr *)&address, sizeof address) || listen(listening, 4096)) die("listen");
  struct epoll_event event = {.events = EPOLLIN, .data.fd = listening}, events[BATCH];
  epoll_ctl(poll_fd, EPOLL_CTL_ADD, listening, &event);
  for (;;) {
    int ready = epoll_wait(poll_fd, events, BATCH, -1);
    for (int i = 0; i < ready; i++) {
      int fd = events[i].data.fd;
      if (fd == listening) {
        while ((fd = accept4(listening, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
          setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
          event.data.fd = fd;
          epoll_ctl(poll_fd, EPOLL_CTL_ADD, fd, &event);
        }
        continue;
      }
      static char request[1 << 13];
      ssize_t size = recv(fd, request, sizeof request - 1, 0);
      if (size > 0) answer(fd, request, size);
      else if (size == 0 || errno != EAGAIN) forget(fd);
    }
  }
}
