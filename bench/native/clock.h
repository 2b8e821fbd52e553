/* Time and sockets, shared by the upstream and the load generator. */
#ifndef BENCH_CLOCK_H
#define BENCH_CLOCK_H

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>

#define SECOND_NS 1000000000LL

static inline int64_t clock_ns(clockid_t clock) {
  struct timespec now;
  if (clock_gettime(clock, &now) != 0) return 0;
  return now.tv_sec * SECOND_NS + now.tv_nsec;
}

static inline int64_t now_ns(void) { return clock_ns(CLOCK_MONOTONIC); }

static inline void die(const char *what) {
  perror(what);
  exit(1);
}

static inline void arm_timer(int timer, int64_t due_ns) {
  if (due_ns < 1) due_ns = 1;
  struct itimerspec spec = {{0, 0}, {due_ns / SECOND_NS, due_ns % SECOND_NS}};
  timerfd_settime(timer, TFD_TIMER_ABSTIME, &spec, NULL);
}

static inline void no_delay(int fd) {
  int one = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

static inline struct sockaddr_in loopback(int port) {
  struct sockaddr_in address = {0};
  address.sin_family = AF_INET;
  address.sin_port = htons((uint16_t)port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

static inline void raise_file_limit(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

/* The value of `key=value` among the arguments, or the fallback. */
static inline const char *option(int argc, char **argv, const char *key, const char *fallback) {
  size_t length = strlen(key);
  for (int i = 1; i < argc; i++)
    if (strncmp(argv[i], key, length) == 0 && argv[i][length] == '=') return argv[i] + length + 1;
  return fallback;
}

static inline double number_option(int argc, char **argv, const char *key, double fallback) {
  const char *text = option(argc, argv, key, NULL);
  return text == NULL ? fallback : atof(text);
}

#endif
