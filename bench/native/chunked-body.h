/* Request bodies that come in chunks. */
#ifndef BENCH_CHUNKED_BODY_H
#define BENCH_CHUNKED_BODY_H

#include <stdlib.h>
#include <string.h>

#define MAX_BODY (8 << 20)

/* Joins a chunked body in place. Returns the bytes it took from `data`, 0 when it is not whole, -1 when it is broken. */
static inline long join_chunks(char *data, size_t length, size_t *body_length) {
  size_t at = 0, written = 0;
  for (;;) {
    char *line_end = memmem(data + at, length - at, "\r\n", 2);
    if (line_end == NULL) return 0;
    unsigned long size = strtoul(data + at, NULL, 16);
    if (size > MAX_BODY) return -1;
    at = (size_t)(line_end - data) + 2;
    if (length - at < size + 2) return 0;
    if (size == 0) {
      *body_length = written;
      return (long)at + 2;
    }
    memmove(data + written, data + at, size);
    written += size;
    at += size + 2;
  }
}

/* Whether every chunk of a body has come; looks, changes nothing. */
static inline int chunks_complete(const char *data, size_t length) {
  size_t at = 0;
  for (;;) {
    const char *line_end = memmem(data + at, length - at, "\r\n", 2);
    if (line_end == NULL) return 0;
    unsigned long size = strtoul(data + at, NULL, 16);
    at = (size_t)(line_end - data) + 2;
    if (size > MAX_BODY) return 1;
    if (length - at < size + 2) return 0;
    if (size == 0) return 1;
    at += size + 2;
  }
}

#endif
