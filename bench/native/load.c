/*
 * The load generator: one thread, epoll, loopback only, bounded in time and in count. Prints one JSON line.
 *
 *   load port=N request=FILE mode=open    rate=1000 seconds=2 warmup=0.4 connections=32
 *   load port=N request=FILE mode=closed  connections=64 seconds=2 warmup=0.4
 *   load port=N request=FILE mode=streams streams=100 ramp=0.05 warmup=1 seconds=2 deadline=10
 *
 * FILE holds the bytes of one whole request. open: requests leave at a fixed rate whatever the answers do, and a latency counts from the
 * time the request was meant to leave. closed: every connection asks again as soon as it is answered. streams: n streams at once, frames
 * counted in the window, all followed to their end. expect=TEXT: what the last 64 bytes of a good body contain.
 * cpu=PID,PID and cpu2=PID: processes whose CPU time is read at both ends of the window,
 * for those of cpu also the time their threads stood in line for a core.
 */
#define _GNU_SOURCE
#include "clock.h"
#include "response.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/epoll.h>
#include <unistd.h>

#define MAX_CONNECTIONS 8192
#define MAX_SAMPLES 4000000
#define MAX_PIDS 64

enum Mode { OPEN, CLOSED, STREAMS };

typedef struct {
  int fd, busy;
  size_t sent;
  int64_t intended_ns;
  Response response;
} Connection;

typedef struct {
  int64_t *values;
  size_t count;
} Samples;

typedef struct {
  int64_t at_ns, cpu_ns, cpu2_ns, own_ns, waited_ns;
  long completed, frames;
} Snapshot;

static enum Mode mode;
static int port, epoll_fd, timer_fd, connection_count;
static Connection *connections;
static char *request;
static size_t request_length;
static const char *expected_end;
static int64_t start_ns, window_start_ns, window_end_ns, give_up_ns, next_due_ns;
static double interval_ns;
static long issued, completed, frames, failed, bad_status, incomplete, busy, most_busy;
static Samples latencies, first_bytes;
static Snapshot before, after;
static int pids[MAX_PIDS], pids2[MAX_PIDS], pid_count, pid2_count;
static int idle[MAX_CONNECTIONS];
static long idle_head, idle_tail;
static int64_t *backlog;
static long backlog_head, backlog_tail, backlog_size;

static void sample(Samples *samples, int64_t value) {
  if (samples->count < MAX_SAMPLES) samples->values[samples->count++] = value;
}

static int64_t cpu_of(const int *list, int count) {
  int64_t sum = 0;
  for (int i = 0; i < count; i++) {
    clockid_t clock;
    if (clock_getcpuclockid(list[i], &clock) == 0) sum += clock_ns(clock);
  }
  return sum;
}

/* Time the threads of the processes of `cpu` were ready to run and did not: someone else had their core. */
static int64_t waited_of(int pid) {
  char path[96];
  snprintf(path, sizeof path, "/proc/%d/task", pid);
  DIR *tasks = opendir(path);
  if (tasks == NULL) return 0;
  int64_t sum = 0;
  for (struct dirent *task; (task = readdir(tasks)) != NULL;) {
    snprintf(path, sizeof path, "/proc/%d/task/%d/schedstat", pid, atoi(task->d_name));
    FILE *file = fopen(path, "r");
    if (file == NULL) continue;
    long long ran, waited;
    if (fscanf(file, "%lld %lld", &ran, &waited) == 2) sum += waited;
    fclose(file);
  }
  closedir(tasks);
  return sum;
}

static int64_t waited_of_all(void) {
  int64_t sum = 0;
  for (int i = 0; i < pid_count; i++) sum += waited_of(pids[i]);
  return sum;
}

static void take_snapshot(Snapshot *snapshot) {
  if (snapshot->at_ns != 0) return;
  *snapshot = (Snapshot){now_ns(), cpu_of(pids, pid_count), cpu_of(pids2, pid2_count), clock_ns(CLOCK_PROCESS_CPUTIME_ID), waited_of_all(), completed, frames};
}

/* ---- Connections ---- */

static void open_connection(Connection *connection) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = loopback(port);
  if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) != 0) die("connect");
  fcntl(fd, F_SETFL, O_NONBLOCK);
  no_delay(fd);
  connection->fd = fd;
  struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP, .data.ptr = connection};
  epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event);
}

static void reopen(Connection *connection) {
  close(connection->fd);
  open_connection(connection);
}

static void push_request(Connection *connection) {
  ssize_t sent = send(connection->fd, request + connection->sent, request_length - connection->sent, MSG_NOSIGNAL);
  if (sent > 0) connection->sent += (size_t)sent;
  int blocked = connection->sent < request_length;
  if (!blocked && sent == (ssize_t)request_length) return;
  struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP | (blocked ? EPOLLOUT : 0), .data.ptr = connection};
  epoll_ctl(epoll_fd, EPOLL_CTL_MOD, connection->fd, &event);
}

static void issue_on(Connection *connection, int64_t intended_ns) {
  connection->busy = 1;
  connection->sent = 0;
  connection->intended_ns = intended_ns;
  response_reset(&connection->response);
  if (++busy > most_busy) most_busy = busy;
  push_request(connection);
}

static void give_next_work(Connection *connection) {
  if (mode == STREAMS) return;
  if (mode == CLOSED) {
    if (now_ns() < window_end_ns) issue_on(connection, now_ns());
    return;
  }
  if (backlog_head < backlog_tail)
    issue_on(connection, backlog[backlog_head++ % backlog_size]);
  else
    idle[idle_tail++ % MAX_CONNECTIONS] = (int)(connection - connections);
}

static void finish(Connection *connection, int good) {
  int64_t now = now_ns();
  connection->busy = 0;
  busy--;
  completed++;
  if (!good) failed++;
  else if (connection->response.status != 200) bad_status++;
  else if (!response_ends_with(&connection->response, expected_end)) incomplete++;
  int in_window = connection->intended_ns >= window_start_ns && connection->intended_ns < window_end_ns;
  if (good && (in_window || mode == STREAMS)) sample(&latencies, now - connection->intended_ns);
  if (!good || connection->response.closes) reopen(connection);
  give_next_work(connection);
}

static void read_answer(Connection *connection) {
  static char buffer[262144];
  ssize_t got = recv(connection->fd, buffer, sizeof buffer, 0);
  if (got < 0 && errno == EAGAIN) return;
  if (!connection->busy) {
    reopen(connection);
    return;
  }
  Response *response = &connection->response;
  if (got <= 0) {
    finish(connection, got == 0 && response->phase == PHASE_UNTIL_CLOSE);
    return;
  }
  long frames_before = response->frames, bytes_before = response->body_bytes;
  response_push(response, buffer, (size_t)got);
  frames += response->frames - frames_before;
  int in_window = connection->intended_ns >= window_start_ns && connection->intended_ns < window_end_ns;
  if (bytes_before == 0 && response->body_bytes > 0 && (in_window || mode == STREAMS)) sample(&first_bytes, now_ns() - connection->intended_ns);
  if (response->phase == PHASE_DONE) finish(connection, 1);
  else if (response->phase == PHASE_BROKEN) finish(connection, 0);
}

/* ---- Time ---- */

static void issue_due(int64_t now) {
  long limit = mode == STREAMS ? connection_count : backlog_size;
  while (mode != CLOSED && issued < limit && next_due_ns <= now && (mode == STREAMS || next_due_ns < window_end_ns)) {
    int64_t intended_ns = next_due_ns;
    if (mode == STREAMS) issue_on(&connections[issued], intended_ns);
    else if (idle_head < idle_tail) issue_on(&connections[idle[idle_head++ % MAX_CONNECTIONS]], intended_ns);
    else backlog[backlog_tail++ % backlog_size] = intended_ns;
    issued++;
    next_due_ns = start_ns + (int64_t)((double)issued * interval_ns);
  }
}

static int all_done(int64_t now) {
  if (now < window_end_ns) return 0;
  if (mode == STREAMS) return issued == connection_count && busy == 0;
  return busy == 0 && backlog_head == backlog_tail;
}

static int64_t next_wake_ns(int64_t now) {
  int64_t wake = give_up_ns;
  if (now < window_end_ns && window_end_ns < wake) wake = window_end_ns;
  if (now < window_start_ns && window_start_ns < wake) wake = window_start_ns;
  int more = mode == STREAMS ? issued < connection_count : mode == OPEN && now < window_end_ns;
  if (more && next_due_ns < wake) wake = next_due_ns;
  return wake;
}

/* Does what is due. Returns 0 when the run is over. */
static int tick(void) {
  int64_t now = now_ns();
  if (now >= window_start_ns) take_snapshot(&before);
  if (now >= window_end_ns) take_snapshot(&after);
  issue_due(now);
  if (all_done(now) || now >= give_up_ns) return 0;
  static int64_t armed_ns;
  int64_t wake = next_wake_ns(now);
  if (wake != armed_ns) arm_timer(timer_fd, wake);
  armed_ns = wake;
  return 1;
}

static void run(void) {
  struct epoll_event ready[512];
  while (tick()) {
    int count = epoll_wait(epoll_fd, ready, 512, 100);
    for (int i = 0; i < count; i++) {
      Connection *connection = ready[i].data.ptr;
      if (connection == NULL) {
        uint64_t expirations;
        if (read(timer_fd, &expirations, sizeof expirations) < 0 && errno != EAGAIN) die("timer");
        continue;
      }
      if ((ready[i].events & EPOLLOUT) && connection->busy) push_request(connection);
      if (ready[i].events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) read_answer(connection);
    }
  }
  take_snapshot(&after);
}

/* ---- Setting up and reporting ---- */

static int compare(const void *left, const void *right) {
  int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
  return a < b ? -1 : a > b;
}

static double at_share(const Samples *samples, double share) {
  if (samples->count == 0) return 0;
  size_t index = (size_t)(share * (double)samples->count);
  return (double)samples->values[index >= samples->count ? samples->count - 1 : index] / 1e6;
}

static void print_samples(const char *name, Samples *samples) {
  qsort(samples->values, samples->count, sizeof(int64_t), compare);
  printf("\"%s\":{\"count\":%zu,\"p50\":%.4f,\"p95\":%.4f,\"p99\":%.4f,\"max\":%.4f},", name, samples->count, at_share(samples, 0.5), at_share(samples, 0.95),
         at_share(samples, 0.99), at_share(samples, 1));
}

static void read_request(const char *path) {
  FILE *file = fopen(path, "rb");
  if (file == NULL) die(path);
  request = malloc(1 << 20);
  request_length = fread(request, 1, 1 << 20, file);
  fclose(file);
}

static int read_pids(const char *text, int *list) {
  int count = 0;
  for (char *end; count < MAX_PIDS && *text != 0; text = *end == ',' ? end + 1 : end) {
    list[count++] = (int)strtol(text, &end, 10);
    if (end == text) return count - 1;
  }
  return count;
}

static void open_all(void) {
  for (int i = 0; i < connection_count; i++) {
    open_connection(&connections[i]);
    idle[idle_tail++ % MAX_CONNECTIONS] = i;
    if (i % 32 == 31) usleep(1000);
  }
}

int main(int argc, char **argv) {
  signal(SIGPIPE, SIG_IGN);
  raise_file_limit();
  const char *mode_name = option(argc, argv, "mode", "open");
  mode = strcmp(mode_name, "closed") == 0 ? CLOSED : strcmp(mode_name, "streams") == 0 ? STREAMS : OPEN;
  port = (int)number_option(argc, argv, "port", 0);
  expected_end = option(argc, argv, "expect", "");
  read_request(option(argc, argv, "request", ""));
  pid_count = read_pids(option(argc, argv, "cpu", ""), pids);
  pid2_count = read_pids(option(argc, argv, "cpu2", ""), pids2);
  double rate = number_option(argc, argv, "rate", 1000), seconds = number_option(argc, argv, "seconds", 2);
  double warmup = number_option(argc, argv, "warmup", 0.4), ramp = number_option(argc, argv, "ramp", 0.05);
  connection_count = (int)number_option(argc, argv, mode == STREAMS ? "streams" : "connections", mode == STREAMS ? 100 : 32);
  if (connection_count < 1 || connection_count > MAX_CONNECTIONS || seconds > 60 || rate > 200000) {
    fprintf(stderr, "out of bounds: 1 to %d connections, 60 seconds, 200,000 requests a second\n", MAX_CONNECTIONS);
    return 1;
  }
  connections = calloc((size_t)connection_count, sizeof(Connection));
  latencies.values = malloc(MAX_SAMPLES * sizeof(int64_t));
  first_bytes.values = malloc(MAX_SAMPLES * sizeof(int64_t));
  backlog_size = (long)(rate * (seconds + warmup)) + 2;
  backlog = malloc((size_t)backlog_size * sizeof(int64_t));
  epoll_fd = epoll_create1(0);
  timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
  epoll_ctl(epoll_fd, EPOLL_CTL_ADD, timer_fd, &event);
  open_all();
  interval_ns = mode == STREAMS ? ramp * 1e9 / connection_count : 1e9 / rate;
  start_ns = next_due_ns = now_ns() + 20000000;
  window_start_ns = start_ns + (int64_t)(warmup * 1e9);
  window_end_ns = window_start_ns + (int64_t)(seconds * 1e9);
  give_up_ns = mode == STREAMS ? start_ns + (int64_t)(number_option(argc, argv, "deadline", 10) * 1e9) : window_end_ns + 3 * SECOND_NS;
  if (mode == CLOSED)
    for (int i = 0; i < connection_count; i++) issue_on(&connections[i], now_ns());
  run();
  long unfinished = busy + (backlog_tail - backlog_head);
  printf("{");
  print_samples("latencyMs", &latencies);
  print_samples("firstByteMs", &first_bytes);
  printf("\"completed\":%ld,\"failed\":%ld,\"badStatus\":%ld,\"incomplete\":%ld,\"unfinished\":%ld,\"mostAtOnce\":%ld,", completed, failed, bad_status, incomplete,
         unfinished, most_busy);
  printf("\"window\":{\"seconds\":%.6f,\"completed\":%ld,\"frames\":%ld,\"cpuMs\":%.3f,\"upstreamCpuMs\":%.3f,\"generatorCpuMs\":%.3f,\"waitedMs\":%.3f}}\n",
         (double)(after.at_ns - before.at_ns) / 1e9, after.completed - before.completed, after.frames - before.frames, (double)(after.cpu_ns - before.cpu_ns) / 1e6,
         (double)(after.cpu2_ns - before.cpu2_ns) / 1e6, (double)(after.own_ns - before.own_ns) / 1e6, (double)(after.waited_ns - before.waited_ns) / 1e6);
  return 0;
}
