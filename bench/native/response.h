/* Reads one HTTP/1.1 answer as its bytes arrive. Counts event-stream frames and keeps the last bytes of the body. */
#ifndef BENCH_RESPONSE_H
#define BENCH_RESPONSE_H

#define _GNU_SOURCE
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define HEAD_SIZE 8192
#define TAIL_SIZE 64

enum Phase { PHASE_HEAD, PHASE_LENGTH, PHASE_CHUNK_SIZE, PHASE_CHUNK_DATA, PHASE_CHUNK_END, PHASE_TRAILER, PHASE_UNTIL_CLOSE, PHASE_DONE, PHASE_BROKEN };

typedef struct {
  enum Phase phase;
  int status, closes, newlines;
  long frames, body_bytes;
  unsigned long left;
  size_t line_length;
  char line[HEAD_SIZE];
  size_t tail_length;
  char tail[TAIL_SIZE];
} Response;

static inline void response_reset(Response *response) {
  response->phase = PHASE_HEAD;
  response->status = response->closes = response->newlines = 0;
  response->frames = response->body_bytes = 0;
  response->left = 0;
  response->line_length = response->tail_length = 0;
}

static inline void response_body(Response *response, const char *data, size_t length) {
  response->body_bytes += (long)length;
  const char *at = data, *end = data + length;
  if (response->newlines && *at == '\n') response->frames++;
  while ((at = memchr(at, '\n', (size_t)(end - at))) != NULL && ++at < end)
    if (*at == '\n') response->frames++;
  response->newlines = end[-1] == '\n' && !(length > 1 && end[-2] == '\n');
  if (length >= TAIL_SIZE) {
    memcpy(response->tail, end - TAIL_SIZE, TAIL_SIZE);
    response->tail_length = TAIL_SIZE;
    return;
  }
  size_t kept = response->tail_length + length > TAIL_SIZE ? TAIL_SIZE - length : response->tail_length;
  memmove(response->tail, response->tail + response->tail_length - kept, kept);
  memcpy(response->tail + kept, data, length);
  response->tail_length = kept + length;
}

static inline void response_head_done(Response *response) {
  char *head = response->line;
  head[response->line_length] = 0;
  response->status = response->line_length > 12 ? atoi(head + 9) : 0;
  response->phase = PHASE_UNTIL_CLOSE;
  for (char *line = strchr(head, '\n'); line != NULL; line = strchr(line, '\n')) {
    line++;
    if (strncasecmp(line, "content-length:", 15) == 0) {
      response->left = strtoul(line + 15, NULL, 10);
      response->phase = response->left == 0 ? PHASE_DONE : PHASE_LENGTH;
    }
    if (strncasecmp(line, "transfer-encoding: chunked", 26) == 0) response->phase = PHASE_CHUNK_SIZE;
    if (strncasecmp(line, "connection: close", 17) == 0) response->closes = 1;
  }
  response->line_length = 0;
}

/* Adds bytes up to and with a newline to the line buffer. Returns the bytes it took; `*whole` says whether the line ended. */
static inline size_t response_line(Response *response, const char *data, size_t length, int *whole) {
  const char *newline = memchr(data, '\n', length);
  size_t taken = newline == NULL ? length : (size_t)(newline - data) + 1;
  *whole = newline != NULL;
  if (response->line_length + taken >= HEAD_SIZE) {
    response->phase = PHASE_BROKEN;
    return length;
  }
  memcpy(response->line + response->line_length, data, taken);
  response->line_length += taken;
  return taken;
}

static inline size_t response_head(Response *response, const char *data, size_t length) {
  int whole;
  size_t taken = response_line(response, data, length, &whole);
  if (response->phase == PHASE_HEAD && whole && response->line_length >= 4 && memcmp(response->line + response->line_length - 4, "\r\n\r\n", 4) == 0) response_head_done(response);
  return taken;
}

static inline size_t response_chunk_size(Response *response, const char *data, size_t length) {
  int whole;
  size_t taken = response_line(response, data, length, &whole);
  if (!whole || response->phase == PHASE_BROKEN) return taken;
  response->line[response->line_length] = 0;
  response->left = strtoul(response->line, NULL, 16);
  response->line_length = 0;
  response->phase = response->left == 0 ? PHASE_TRAILER : PHASE_CHUNK_DATA;
  return taken;
}

static inline size_t response_trailer(Response *response, const char *data, size_t length) {
  int whole;
  size_t taken = response_line(response, data, length, &whole);
  if (!whole || response->phase == PHASE_BROKEN) return taken;
  if (response->line_length == 2) response->phase = PHASE_DONE;
  response->line_length = 0;
  return taken;
}

static inline size_t response_counted(Response *response, const char *data, size_t length) {
  size_t taken = length < response->left ? length : response->left;
  response_body(response, data, taken);
  response->left -= taken;
  if (response->left == 0) response->phase = response->phase == PHASE_LENGTH ? PHASE_DONE : PHASE_CHUNK_END;
  return taken;
}

/* Takes bytes until the answer is done or broken. */
static inline void response_push(Response *response, const char *data, size_t length) {
  size_t at = 0;
  while (at < length && response->phase != PHASE_DONE && response->phase != PHASE_BROKEN) {
    const char *rest = data + at;
    size_t rest_length = length - at;
    switch (response->phase) {
      case PHASE_HEAD: at += response_head(response, rest, rest_length); break;
      case PHASE_LENGTH:
      case PHASE_CHUNK_DATA: at += response_counted(response, rest, rest_length); break;
      case PHASE_CHUNK_SIZE: at += response_chunk_size(response, rest, rest_length); break;
      case PHASE_CHUNK_END:
        if (*rest == '\n') response->phase = PHASE_CHUNK_SIZE;
        at++;
        break;
      case PHASE_TRAILER: at += response_trailer(response, rest, rest_length); break;
      case PHASE_UNTIL_CLOSE:
        response_body(response, rest, rest_length);
        at = length;
        break;
      default: return;
    }
  }
}

static inline int response_ends_with(const Response *response, const char *text) {
  return *text == 0 || memmem(response->tail, response->tail_length, text, strlen(text)) != NULL;
}

#endif
