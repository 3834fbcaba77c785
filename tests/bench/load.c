/* Many WebSocket listeners in one cheap process.
 *
 *   load PORT PUBLISH_PORT PUBLISH_REQUEST [--socketio] PATH...     (a request file holds a whole HTTP request)
 *
 * Listener i opens PATH number i modulo their count. Commands come on standard input, one a line; each is answered by
 * one line of JSON, with "seconds" taken and "cpu" seconds used by this process:
 *
 *   open N WINDOW        N more listeners, WINDOW handshakes at a time; done when each has its first frame,
 *                        or only its handshake where WINDOW is negative
 *   publish TIMES PAUSE  sends what PUBLISH_REQUEST holds now, TIMES times, PAUSE ms apart: "ms" until the last listener
 *                        had its frame
 *   listen SECONDS       only reads: "gap", the longest that a listener that isn't stalled was without a frame, in seconds
 *   stall N              stops reading the first N listeners for good
 *   last                 lowest and highest "version" among the last frames of each path, and how many listeners
 *   storm WITHIN         drops all listeners at once; each comes back after random(0, min(60, 2^n)) s, n its failures;
 *                        done when each has a frame again, or after WITHIN seconds
 *   drop                 closes all listeners
 */

#include "common.h"

enum { CLOSED, CONNECTING, SHAKING, OPEN };
enum { KEPT = 192, MOST = 20000, BATCH = 1024 };

struct listener {
  int fd;
  uint8_t state, head_length, opcode, failures, stalled;
  uint8_t head[10];
  uint16_t kept;
  uint64_t left;         /* payload bytes of the current frame still to come */
  uint32_t frames;       /* data frames since the handshake */
  double due;            /* when to connect again, in a storm */
  double seen;           /* when the last data frame came */
  char begin[KEPT + 1];  /* how the current or last frame, or the handshake's answer, begins */
  char last[KEPT + 1];   /* how the last data frame begins */
};

static struct listener *listeners;
static int port, publish_port, socketio, count, paths, poll_fd, publish_fd;
static char **path, *publish_file, *publish_request;
static size_t publish_size;
static uint64_t frames, bytes, pings, lost;
static int opened, framed;  /* listeners past their handshake; with at least one frame */
static int published;       /* the answer to the last publish has come */
static double now_ish;      /* when this turn's events came */
static double gap;
static char chunk[1 << 18];

static void set_closed(struct listener *l) {
  if (l->state == CLOSED) return;
  if (l->state == OPEN) opened--;
  if (l->frames) framed--;
  close(l->fd);
  l->state = CLOSED;
  l->frames = 0;
  lost++;
}

static void say(struct listener *l, uint8_t opcode, const char *payload, uint8_t length) {
  char frame[6 + 125] = {(char)(0x80 | opcode), (char)(0x80 | length)};  /* masked with 0: the payload as it is */
  memcpy(frame + 6, payload, length);
  if (send(l->fd, frame, 6 + length, MSG_NOSIGNAL) < 0) set_closed(l);
}

static void start(struct listener *l) {
  l->fd = connect_to(port);
  if (l->fd < 0) return;
  l->state = CONNECTING;
  l->frames = l->head_length = l->kept = 0;
  l->left = 0;
  struct epoll_event event = {.events = EPOLLIN | EPOLLOUT, .data.ptr = l};
  epoll_ctl(poll_fd, EPOLL_CTL_ADD, l->fd, &event);
}

static void shake(struct listener *l) {
  char request[600];
  int size = snprintf(request, sizeof request,
                      "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
                      path[(l - listeners) % paths], port);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = l};
  epoll_ctl(poll_fd, EPOLL_CTL_MOD, l->fd, &event);
  l->state = SHAKING;
  if (send(l->fd, request, size, MSG_NOSIGNAL) != size) set_closed(l);
}

static void frame_ended(struct listener *l) {
  l->begin[l->kept] = 0;
  if (l->opcode == 9) {
    pings++;
    say(l, 10, l->begin, l->kept);
  } else if (l->opcode == 8) {
    set_closed(l);
  } else if (l->opcode <= 2) {
    if (socketio && l->begin[0] == '2') {
      pings++;
      say(l, 1, "3", 1);
    } else if (socketio && l->begin[0] == '0') {
      say(l, 1, "40", 2);
    } else {
      if (!l->frames++) framed++;
      frames++;
      if (now_ish - l->seen > gap) gap = now_ish - l->seen;
      l->seen = now_ish;
      memcpy(l->last, l->begin, l->kept + 1);
    }
  }
  l->head_length = l->kept = 0;
}

/* Takes what a frame's head or payload needs from `data`. */
static void take(struct listener *l, const uint8_t *data, size_t size) {
  while (size && l->state == OPEN) {
    if (!l->left) {
      l->head[l->head_length++] = *data++, size--;
      uint8_t short_length = l->head_length > 1 ? l->head[1] & 127 : 0;
      int whole = short_length == 127 ? 10 : short_length == 126 ? 4 : 2;
      if (l->head_length < whole) continue;
      l->opcode = l->head[0] & 15;
      l->left = short_length;
      if (whole > 2) l->left = 0;
      for (int i = 2; i < whole; i++) l->left = l->left << 8 | l->head[i];
      l->kept = 0;
      if (!l->left) frame_ended(l);
      continue;
    }
    size_t part = size < l->left ? size : l->left, keep = KEPT - l->kept;
    if (keep > part) keep = part;
    memcpy(l->begin + l->kept, data, keep);
    l->kept += keep, l->left -= part, data += part, size -= part;
    if (!l->left) frame_ended(l);
  }
}

/* Reads the handshake's answer; gives where the first frame begins. */
static size_t read_answer(struct listener *l, const uint8_t *data, size_t size) {
  for (size_t i = 0; i < size; i++) {
    if (l->kept < KEPT) l->begin[l->kept++] = data[i];
    const char *end = "\r\n\r\n";
    l->head_length = data[i] == end[l->head_length] ? l->head_length + 1 : data[i] == '\r';
    if (l->head_length == 4) {
      if (memcmp(l->begin, "HTTP/1.1 101", 12)) {
        set_closed(l);
        return size;
      }
      l->state = OPEN;
      l->head_length = l->kept = 0;
      opened++;
      return i + 1;
    }
  }
  return size;
}

static void read_listener(struct listener *l) {
  ssize_t size = recv(l->fd, chunk, sizeof chunk, 0);
  if (size <= 0) {
    if (size == 0 || errno != EAGAIN) set_closed(l);
    return;
  }
  bytes += size;
  size_t from = l->state == SHAKING ? read_answer(l, (uint8_t *)chunk, size) : 0;
  take(l, (uint8_t *)chunk + from, size - from);
}

static void poll_once(int ms) {
  struct epoll_event events[BATCH];
  int ready = epoll_wait(poll_fd, events, BATCH, ms);
  now_ish = seconds_now();
  for (int i = 0; i < ready; i++) {
    struct listener *l = events[i].data.ptr;
    if (!l) {
      if (recv(publish_fd, chunk, sizeof chunk, 0) > 0) published = 1;
    } else if (l->state == CONNECTING && events[i].events & (EPOLLERR | EPOLLHUP)) {
      set_closed(l);
    } else if (l->state == CONNECTING && events[i].events & EPOLLOUT) {
      shake(l);
    } else if (l->state != CLOSED && !l->stalled) {
      read_listener(l);
    }
  }
}

static void do_open(int more, int window) {
  int *done = window < 0 ? &opened : &framed;
  int wanted = *done + more, next = count;
  count += more;
  if (count > MOST) die("too many listeners");
  uint64_t lost_before = lost;
  double last_progress = seconds_now();
  window = abs(window);
  while (*done + (int)(lost - lost_before) < wanted && seconds_now() - last_progress < 20) {
    int before = *done;
    while (next < count && next - (count - more) - (*done - (wanted - more)) - (int)(lost - lost_before) < window)
      start(&listeners[next++]);
    poll_once(100);
    if (*done != before) last_progress = seconds_now();
  }
  printf("\"opened\": %d", *done - wanted + more);
}

static void do_publish(int times, int pause) {
  free(publish_request);
  publish_request = read_file(publish_file, &publish_size);
  publish_fd = connect_to(publish_port);
  if (publish_fd < 0) die("publish");
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
  epoll_ctl(poll_fd, EPOLL_CTL_ADD, publish_fd, &event);
  for (double until = seconds_now() + 0.05; seconds_now() < until;) poll_once(5);  /* accepted by now */
  printf("\"ms\": [");
  for (int i = 0; i < times; i++) {
    uint64_t wanted = frames + opened;
    published = 0;
    double began = seconds_now(), last = 0;
    if (send(publish_fd, publish_request, publish_size, MSG_NOSIGNAL) < 0) die("publish");
    while ((frames < wanted || !published) && seconds_now() - began < 10) {
      poll_once(100);
      if (!last && frames >= wanted) last = seconds_now();
    }
    printf("%s%.3f", i ? ", " : "", frames < wanted ? -1 : (last - began) * 1e3);
    for (double until = seconds_now() + pause / 1e3; seconds_now() < until;) poll_once(1);
  }
  close(publish_fd);
  printf("]");
}

static void do_listen(double wanted) {
  double began = seconds_now();
  for (int i = 0; i < count; i++) listeners[i].seen = began;
  gap = 0;
  while (seconds_now() < began + wanted) poll_once(10);
  for (int i = 0; i < count; i++)
    if (listeners[i].state == OPEN && !listeners[i].stalled && now_ish - listeners[i].seen > gap)
      gap = now_ish - listeners[i].seen;
  printf("\"pings\": %lu, \"gap\": %.3f", (unsigned long)pings, gap);
}

static void do_storm(double within) {
  double began = seconds_now();
  for (int i = 0; i < count; i++) {
    set_closed(&listeners[i]);
    listeners[i].failures = 0;
    listeners[i].due = began + drand48();
  }
  lost = 0;
  double half = 0;
  while (framed < count && seconds_now() - began < within) {
    double now = seconds_now();
    for (int i = 0; i < count; i++) {
      struct listener *l = &listeners[i];
      if (l->state != CLOSED) continue;
      if (!l->due) {  /* was lost just now */
        l->failures++;
        l->due = now + drand48() * (l->failures < 6 ? 1 << l->failures : 60);
      } else if (l->due <= now) {
        l->due = 0;
        start(l);
      }
    }
    poll_once(2);
    if (!half && framed * 2 >= count) half = seconds_now() - began;
  }
  printf("\"back\": %d, \"half_back\": %.3f, \"lost\": %lu", framed, half, (unsigned long)lost);
}

static void do_last(void) {
  printf("\"paths\": [");
  for (int p = 0; p < paths; p++) {
    long low = -1, high = -1;
    int known = 0;
    for (int i = p; i < count; i += paths) {
      const char *found = strstr(listeners[i].last, "\"version\":");
      if (listeners[i].state != OPEN || !found) continue;
      long version = atol(found + 10);
      low = !known || version < low ? version : low;
      high = version > high ? version : high;
      known++;
    }
    printf("%s{\"low\": %ld, \"high\": %ld, \"listeners\": %d}", p ? ", " : "", low, high, known);
  }
  printf("]");
}

int main(int argc, char **argv) {
  if (argc < 5) return fprintf(stderr, "load PORT PUBLISH_PORT PUBLISH_REQUEST [--socketio] PATH...\n"), 2;
  port = atoi(argv[1]), publish_port = atoi(argv[2]);
  publish_file = argv[3];
  socketio = !strcmp(argv[4], "--socketio");
  path = argv + 4 + socketio, paths = argc - 4 - socketio;
  listeners = calloc(MOST, sizeof *listeners);
  poll_fd = epoll_create1(0);
  setvbuf(stdout, NULL, _IOFBF, 1 << 16);
  char line[100], command[20];
  double a, b;
  /* Between commands the listeners go on reading: a server's pings are answered, its buffers stay empty. */
  fcntl(0, F_SETFL, fcntl(0, F_GETFL) | O_NONBLOCK);
  for (;;) {
    ssize_t size = read(0, line, sizeof line - 1);
    if (size == 0) return 0;
    if (size < 0) {
      poll_once(5);
      continue;
    }
    line[size] = 0;
    a = b = 0;
    if (sscanf(line, "%19s %lf %lf", command, &a, &b) < 1) continue;
    double began = seconds_now(), cpu = cpu_seconds();
    uint64_t frames_before = frames, bytes_before = bytes, lost_before = lost;
    printf("{");
    if (!strcmp(command, "open")) do_open(a, b);
    else if (!strcmp(command, "publish")) do_publish(a, b);
    else if (!strcmp(command, "listen")) do_listen(a);
    else if (!strcmp(command, "last")) do_last();
    else if (!strcmp(command, "storm")) do_storm(a);
    else if (!strcmp(command, "stall")) {
      for (int i = 0; i < a; i++) {
        listeners[i].stalled = 1;
        epoll_ctl(poll_fd, EPOLL_CTL_DEL, listeners[i].fd, NULL);
      }
      printf("\"stalled\": %d", (int)a);
    } else if (!strcmp(command, "drop")) {
      for (int i = 0; i < count; i++) set_closed(&listeners[i]);
      printf("\"dropped\": %d", count);
      count = 0;
    } else return fprintf(stderr, "unknown command: %s", line), 2;
    printf(", \"listeners\": %d, \"frames\": %lu, \"bytes\": %lu, \"gone\": %ld, \"seconds\": %.4f, \"cpu\": %.4f}\n",
           opened, (unsigned long)(frames - frames_before), (unsigned long)(bytes - bytes_before),
           strcmp(command, "storm") ? (long)(lost - lost_before) : 0, seconds_now() - began, cpu_seconds() - cpu);
    fflush(stdout);
  }
}
