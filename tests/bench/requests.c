/* One HTTP request over and over, on connections that are kept.
 *
 *   requests PORT FILE CONNECTIONS SECONDS RATE
 *
 * FILE holds the whole request; each "{unique}" in it becomes 32 other hex digits every time. RATE requests a second are
 * begun on time whether or not earlier ones were answered, and an answer's time counts from when its request was due;
 * with RATE 0 each connection sends its next request as soon as it has its answer. Prints one line of JSON.
 */

#include "common.h"

enum { BATCH = 256, MOST = 1 << 22, ROOM = 1 << 16 };

struct connection {
  int fd, busy;
  double due;
  size_t size;
  char answer[ROOM];
};

static int port, poll_fd, statuses[600];
static char *request;
static size_t request_size;
static uint64_t sent, answered, failed, unique, turn;
static float *latencies;

static void open_connection(struct connection *c) {
  c->fd = connect_to(port);
  c->busy = 0, c->size = 0;
  if (c->fd < 0) die("connect");
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
  epoll_ctl(poll_fd, EPOLL_CTL_ADD, c->fd, &event);
}

static void ask(struct connection *c, double due) {
  static const char mark[] = "{unique}";
  char whole[ROOM];
  size_t size = 0;
  for (const char *from = request;;) {
    const char *at = strstr(from, mark);
    size_t part = at ? (size_t)(at - from) : (size_t)(request + request_size - from);
    memcpy(whole + size, from, part);
    size += part;
    if (!at) break;
    size += sprintf(whole + size, "%08x%016lx%08x", (unsigned)getpid(), (unsigned long)unique++, 0x5eed);
    from = at + sizeof mark - 1;
  }
  c->busy = 1, c->due = due;
  sent++;
  if (send(c->fd, whole, size, MSG_NOSIGNAL) != (ssize_t)size) {
    close(c->fd);
    failed++;
    open_connection(c);
  }
}

/* The size of the answer that the connection holds, 0 while it isn't whole. */
static size_t whole_answer(struct connection *c) {
  c->answer[c->size] = 0;
  char *end = strstr(c->answer, "\r\n\r\n");
  if (!end) return 0;
  char *length = strcasestr(c->answer, "\r\ncontent-length:");
  size_t size = end + 4 - c->answer + (length && length < end ? strtoul(length + 17, NULL, 10) : 0);
  return size <= c->size ? size : 0;
}

static void read_answer(struct connection *c) {
  ssize_t size = recv(c->fd, c->answer + c->size, ROOM - 1 - c->size, 0);
  if (size <= 0) {
    if (size < 0 && errno == EAGAIN) return;
    failed += c->busy;
    close(c->fd);
    open_connection(c);
    return;
  }
  c->size += size;
  if (!whole_answer(c)) return;
  int status = atoi(c->answer + 9);
  if (status > 0 && status < 600) statuses[status]++;
  if (answered < MOST) latencies[answered++] = (seconds_now() - c->due) * 1e3;
  c->busy = 0, c->size = 0;
}

static int by_size(const void *a, const void *b) {
  float x = *(const float *)a, y = *(const float *)b;
  return (x > y) - (x < y);
}

static double at(double percent) {
  return answered ? latencies[(uint64_t)((answered - 1) * percent / 100)] : 0;
}

int main(int argc, char **argv) {
  if (argc < 6) return fprintf(stderr, "requests PORT FILE CONNECTIONS SECONDS RATE\n"), 2;
  port = atoi(argv[1]);
  request = read_file(argv[2], &request_size);
  int count = atoi(argv[3]);
  double duration = atof(argv[4]), rate = atof(argv[5]);
  latencies = malloc(MOST * sizeof *latencies);
  poll_fd = epoll_create1(0);
  struct connection *connections = calloc(count, sizeof *connections);
  for (int i = 0; i < count; i++) open_connection(&connections[i]);
  usleep(100000);
  double began = seconds_now(), cpu = cpu_seconds(), now;
  while ((now = seconds_now()) < began + duration) {
    double next = rate ? began + sent / rate : now;
    /* In turn, so that none stays unused: a server ends a connection on which nothing has come. */
    for (int looked = 0; looked < count && next <= now; looked++) {
      struct connection *c = &connections[turn++ % count];
      if (c->busy) continue;
      ask(c, next);
      if (rate) next = began + sent / rate;
    }
    struct epoll_event events[BATCH];
    int wait = rate && next > now ? (int)((next - now) * 1e3) : 1;
    int ready = epoll_wait(poll_fd, events, BATCH, wait < 20 ? wait : 20);
    for (int i = 0; i < ready; i++) read_answer(events[i].data.ptr);
  }
  double seconds = seconds_now() - began;
  cpu = cpu_seconds() - cpu;
  qsort(latencies, answered, sizeof *latencies, by_size);
  printf("{\"a_second\": %.1f, \"answered\": %lu, \"failed\": %lu, \"p50\": %.3f, \"p90\": %.3f, \"p99\": %.3f, \"max\": %.3f, ",
         answered / seconds, (unsigned long)answered, (unsigned long)failed, at(50), at(90), at(99), at(100));
  printf("\"seconds\": %.3f, \"cpu\": %.4f, \"statuses\": {", seconds, cpu);
  for (int i = 0, first = 1; i < 600; i++)
    if (statuses[i]) printf("%s\"%d\": %d", first ? "" : ", ", i, statuses[i]), first = 0;
  printf("}}\n");
}
