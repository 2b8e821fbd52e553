/*
 * The fixed-answer upstream: one thread, epoll, keep-alive. Speaks just enough of two formats to be a provider that never thinks.
 *
 *   upstream [port=0]            prints {"port":N} once it listens
 *   POST .../chat/completions    0.6 KB answer, or with "stream":true frames of about 200 bytes, usage when asked for, [DONE]
 *   POST .../messages            the same in the Anthropic format
 *   GET  /stats, POST /reset     requests, streams, the most streams open at once, chunks
 *
 * A request sets the pace of its own stream by text anywhere in its body: chunks=100 every_us=50000 (these are the defaults:
 * 100 such streams make 2,000 chunks a second). The first chunk leaves at once.
 */
#define _GNU_SOURCE
#include "answers.h"
#include "chunked-body.h"
#include "clock.h"
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/epoll.h>
#include <unistd.h>

#define MAX_CONNECTIONS 16384
#define READ_SIZE 65536

typedef struct {
  int fd, open;
  char *in;
  size_t in_length, in_capacity;
  char *out;
  size_t out_length, out_sent, out_capacity;
  int streaming, anthropic, wants_usage, heap_slot;
  long chunks_left, chunks_sent;
  int64_t every_ns, due_ns;
} Connection;

static Connection connections[MAX_CONNECTIONS];
static Connection *heap[MAX_CONNECTIONS];
static int heap_size, epoll_fd, timer_fd;
static int64_t timer_due_ns;
static long requests_served, streams_open, streams_open_most, streams_served, chunks_sent_total;

static void serve_buffered(Connection *connection);

/* ---- Timers: a binary heap by due time ---- */

static void heap_place(int slot, Connection *connection) {
  heap[slot] = connection;
  connection->heap_slot = slot;
}

static void heap_sift(int slot) {
  Connection *moving = heap[slot];
  while (slot > 0 && heap[(slot - 1) / 2]->due_ns > moving->due_ns) {
    heap_place(slot, heap[(slot - 1) / 2]);
    slot = (slot - 1) / 2;
  }
  for (;;) {
    int child = 2 * slot + 1;
    if (child >= heap_size) break;
    if (child + 1 < heap_size && heap[child + 1]->due_ns < heap[child]->due_ns) child++;
    if (heap[child]->due_ns >= moving->due_ns) break;
    heap_place(slot, heap[child]);
    slot = child;
  }
  heap_place(slot, moving);
}

static void heap_add(Connection *connection) {
  heap_place(heap_size++, connection);
  heap_sift(connection->heap_slot);
}

static void heap_remove(Connection *connection) {
  int slot = connection->heap_slot;
  Connection *last = heap[--heap_size];
  connection->heap_slot = -1;
  if (last == connection) return;
  heap_place(slot, last);
  heap_sift(slot);
}

static void arm_earliest(void) {
  int64_t due_ns = heap_size == 0 ? 0 : heap[0]->due_ns;
  if (due_ns == 0 || due_ns == timer_due_ns) return;
  timer_due_ns = due_ns;
  arm_timer(timer_fd, due_ns);
}

/* ---- Connections ---- */

static void end_stream(Connection *connection) {
  if (!connection->streaming) return;
  connection->streaming = 0;
  streams_open--;
  if (connection->heap_slot >= 0) heap_remove(connection);
}

static void close_connection(Connection *connection) {
  if (!connection->open) return;
  end_stream(connection);
  connection->open = 0;
  close(connection->fd);
  free(connection->in);
  free(connection->out);
  connection->in = connection->out = NULL;
}

static void watch(Connection *connection, uint32_t events) {
  struct epoll_event event = {.events = events, .data.fd = connection->fd};
  epoll_ctl(epoll_fd, EPOLL_CTL_MOD, connection->fd, &event);
}

static void keep_rest(Connection *connection, const char *data, size_t length) {
  if (connection->out_length + length > connection->out_capacity) {
    connection->out_capacity = (connection->out_length + length) * 2;
    connection->out = realloc(connection->out, connection->out_capacity);
    if (connection->out == NULL) die("realloc");
  }
  memcpy(connection->out + connection->out_length, data, length);
  connection->out_length += length;
}

static void send_bytes(Connection *connection, const char *data, size_t length) {
  if (!connection->open) return;
  if (connection->out_length > 0) {
    keep_rest(connection, data, length);
    return;
  }
  ssize_t sent = send(connection->fd, data, length, MSG_NOSIGNAL);
  if (sent == (ssize_t)length) return;
  if (sent < 0 && errno != EAGAIN) {
    close_connection(connection);
    return;
  }
  if (sent < 0) sent = 0;
  keep_rest(connection, data + sent, length - (size_t)sent);
  watch(connection, EPOLLIN | EPOLLOUT | EPOLLRDHUP);
}

static void flush_rest(Connection *connection) {
  while (connection->out_sent < connection->out_length) {
    ssize_t sent = send(connection->fd, connection->out + connection->out_sent, connection->out_length - connection->out_sent, MSG_NOSIGNAL);
    if (sent < 0 && errno == EAGAIN) return;
    if (sent < 0) {
      close_connection(connection);
      return;
    }
    connection->out_sent += (size_t)sent;
  }
  connection->out_length = connection->out_sent = 0;
  watch(connection, EPOLLIN | EPOLLRDHUP);
}

/* ---- Streams ---- */

static void send_end_of_stream(Connection *connection) {
  char tail[2048];
  size_t length = 0;
  if (connection->anthropic) {
    length += as_chunk(tail + length, anthropic_stop);
  } else {
    length += as_chunk(tail + length, openai_stop);
    if (connection->wants_usage) length += as_chunk(tail + length, openai_usage);
    length += as_chunk(tail + length, openai_done);
  }
  length += (size_t)sprintf(tail + length, "0\r\n\r\n");
  end_stream(connection);
  send_bytes(connection, tail, length);
}

static void send_chunk(Connection *connection) {
  int word = (int)(connection->chunks_sent++ & 7);
  connection->chunks_left--;
  chunks_sent_total++;
  if (connection->anthropic)
    send_bytes(connection, anthropic_frames[word], anthropic_frame_lengths[word]);
  else
    send_bytes(connection, openai_frames[connection->wants_usage][word], openai_frame_lengths[connection->wants_usage][word]);
}

static void start_stream(Connection *connection) {
  char head[2048];
  size_t length = sizeof stream_head - 1;
  memcpy(head, stream_head, length);
  length += as_chunk(head + length, connection->anthropic ? anthropic_open : openai_open);
  connection->streaming = 1;
  connection->heap_slot = -1;
  connection->chunks_sent = 0;
  streams_served++;
  if (++streams_open > streams_open_most) streams_open_most = streams_open;
  send_bytes(connection, head, length);
  while (connection->streaming && connection->every_ns == 0 && connection->chunks_left > 0) send_chunk(connection);
  if (connection->streaming && connection->chunks_left > 0) send_chunk(connection);
  if (!connection->streaming) return;
  connection->due_ns = now_ns() + connection->every_ns;
  if (connection->every_ns == 0)
    send_end_of_stream(connection);
  else
    heap_add(connection);
}

static void send_due_chunks(void) {
  uint64_t expirations;
  if (read(timer_fd, &expirations, sizeof expirations) < 0 && errno != EAGAIN) die("timer");
  timer_due_ns = 0;
  int64_t now = now_ns();
  while (heap_size > 0 && heap[0]->due_ns <= now) {
    Connection *connection = heap[0];
    if (connection->chunks_left == 0) {
      send_end_of_stream(connection);
      if (connection->open && connection->in_length > 0) serve_buffered(connection);
      continue;
    }
    connection->due_ns += connection->every_ns;
    heap_sift(0);
    send_chunk(connection);
  }
}

/* ---- Requests ---- */

static long number_after(const char *body, size_t length, const char *name, long fallback) {
  const char *at = memmem(body, length, name, strlen(name));
  return at == NULL ? fallback : strtol(at + strlen(name), NULL, 10);
}

static int has(const char *body, size_t length, const char *text) { return memmem(body, length, text, strlen(text)) != NULL; }

static void answer(Connection *connection, const char *head, size_t head_length, const char *body, size_t body_length) {
  const char *line_end = memchr(head, '\r', head_length);
  size_t line_length = line_end == NULL ? head_length : (size_t)(line_end - head);
  requests_served++;
  connection->anthropic = has(head, line_length, "/messages");
  if (connection->anthropic || has(head, line_length, "/chat/completions")) {
    if (has(body, body_length, "\"stream\":true") || has(body, body_length, "\"stream\": true")) {
      connection->wants_usage = has(body, body_length, "\"include_usage\":true") || has(body, body_length, "\"include_usage\": true");
      connection->chunks_left = number_after(body, body_length, "chunks=", 100);
      connection->every_ns = number_after(body, body_length, "every_us=", 50000) * 1000;
      start_stream(connection);
    } else if (connection->anthropic) {
      send_bytes(connection, anthropic_json, anthropic_json_length);
    } else {
      send_bytes(connection, openai_json, openai_json_length);
    }
    return;
  }
  char text[512], reply[1024];
  if (has(head, line_length, "/reset")) {
    streams_open_most = streams_open;
    requests_served = streams_served = chunks_sent_total = 0;
  }
  snprintf(text, sizeof text, "{\"requests\":%ld,\"streams\":%ld,\"openStreams\":%ld,\"mostOpenStreams\":%ld,\"chunks\":%ld}", requests_served, streams_served,
           streams_open, streams_open_most, chunks_sent_total);
  size_t length = as_answer(reply, text);
  send_bytes(connection, reply, length);
}

static int header_is(const char *line, const char *name) { return strncasecmp(line, name, strlen(name)) == 0; }

/* Serves one request from the buffer. Returns the bytes it took, 0 to wait for more, -1 to close. */
static long serve_one(Connection *connection, char *data, size_t length) {
  char *head_end = memmem(data, length, "\r\n\r\n", 4);
  if (head_end == NULL) return length > 65536 ? -1 : 0;
  size_t head_length = (size_t)(head_end - data) + 4, body_length = 0;
  int chunked = 0;
  for (char *line = memchr(data, '\n', head_length); line != NULL && line < head_end; line = memchr(line, '\n', head_length - (size_t)(line - data))) {
    line++;
    if (header_is(line, "content-length:")) body_length = strtoul(line + 15, NULL, 10);
    if (header_is(line, "transfer-encoding:")) chunked = 1;
  }
  char *body = data + head_length;
  if (body_length > MAX_BODY) return -1;
  if (chunked) {
    if (!chunks_complete(body, length - head_length)) return 0;
    long taken = join_chunks(body, length - head_length, &body_length);
    if (taken <= 0) return -1;
    answer(connection, data, head_length, body, body_length);
    return (long)head_length + taken;
  }
  if (length - head_length < body_length) return 0;
  answer(connection, data, head_length, body, body_length);
  return (long)(head_length + body_length);
}

static void serve_buffered(Connection *connection) {
  size_t at = 0;
  while (connection->open && !connection->streaming && at < connection->in_length) {
    long taken = serve_one(connection, connection->in + at, connection->in_length - at);
    if (taken < 0) close_connection(connection);
    if (taken <= 0) break;
    at += (size_t)taken;
  }
  if (!connection->open || at == 0) return;
  memmove(connection->in, connection->in + at, connection->in_length - at);
  connection->in_length -= at;
}

static void read_connection(Connection *connection) {
  if (connection->in_capacity - connection->in_length < 4096) {
    connection->in_capacity = connection->in_capacity == 0 ? 8192 : connection->in_capacity * 2;
    if (connection->in_capacity > 2 * (size_t)MAX_BODY) {
      close_connection(connection);
      return;
    }
    connection->in = realloc(connection->in, connection->in_capacity);
    if (connection->in == NULL) die("realloc");
  }
  ssize_t got = recv(connection->fd, connection->in + connection->in_length, connection->in_capacity - connection->in_length, 0);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) {
    close_connection(connection);
    return;
  }
  connection->in_length += (size_t)got;
  serve_buffered(connection);
}

static void accept_all(int listener) {
  for (;;) {
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
    if (fd < 0) return;
    if (fd >= MAX_CONNECTIONS) {
      close(fd);
      continue;
    }
    no_delay(fd);
    connections[fd] = (Connection){.fd = fd, .open = 1, .heap_slot = -1};
    struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP, .data.fd = fd};
    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event);
  }
}

static int listen_on(int port) {
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  struct sockaddr_in address = loopback(port);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0) die("bind");
  if (listen(listener, 4096) != 0) die("listen");
  socklen_t size = sizeof address;
  getsockname(listener, (struct sockaddr *)&address, &size);
  printf("{\"port\":%d}\n", ntohs(address.sin_port));
  fflush(stdout);
  return listener;
}

int main(int argc, char **argv) {
  signal(SIGPIPE, SIG_IGN);
  raise_file_limit();
  prepare_answers();
  epoll_fd = epoll_create1(0);
  timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
  int listener = listen_on((int)number_option(argc, argv, "port", 0));
  struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, ready[512];
  epoll_ctl(epoll_fd, EPOLL_CTL_ADD, listener, &event);
  event.data.fd = timer_fd;
  epoll_ctl(epoll_fd, EPOLL_CTL_ADD, timer_fd, &event);
  for (;;) {
    int count = epoll_wait(epoll_fd, ready, 512, -1);
    for (int i = 0; i < count; i++) {
      int fd = ready[i].data.fd;
      if (fd == listener) accept_all(listener);
      else if (fd == timer_fd) send_due_chunks();
      else {
        Connection *connection = &connections[fd];
        if (connection->open && (ready[i].events & EPOLLOUT)) {
          flush_rest(connection);
          if (connection->open && !connection->streaming) serve_buffered(connection);
        }
        if (connection->open && (ready[i].events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR))) read_connection(connection);
      }
    }
    arm_earliest();
  }
}
