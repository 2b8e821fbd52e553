/* The fixed answers of the upstream: one whole answer and the frames of a stream, in two formats, ready to be sent. */
#ifndef BENCH_ANSWERS_H
#define BENCH_ANSWERS_H

#include <stdio.h>
#include <string.h>

static const char *words[8] = {" the quick", " brown fox", " jumps over", " a lazy dog", " while the", " rain keeps", " falling on", " quiet roofs"};

static const char answer_text[] =
    "A router takes each question, looks at what it needs and sends it to the model that answers it best for the money, then "
    "writes down what was asked, what came back and what it cost, so that the next choice can be a better one than the last.";

static char openai_json[4096], anthropic_json[4096];
static size_t openai_json_length, anthropic_json_length;
/* OpenAI frames without and with the "usage":null that stands in each of them once usage was asked for. */
static char openai_frames[2][8][512], anthropic_frames[8][512];
static size_t openai_frame_lengths[2][8], anthropic_frame_lengths[8];

static const char stream_head[] =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nCache-Control: no-cache\r\nTransfer-Encoding: chunked\r\n\r\n";

static size_t as_chunk(char *to, const char *data) {
  return (size_t)sprintf(to, "%zx\r\n%s\r\n", strlen(data), data);
}

static size_t as_answer(char *to, const char *body) {
  return (size_t)sprintf(to, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s", strlen(body), body);
}

#define OPENAI_HEAD "{\"id\":\"chatcmpl-BenchAnswer0123456789abcdef\",\"object\":\"chat.completion.chunk\",\"created\":1760000000,\"model\":\"bench\","

static void prepare_answers(void) {
  char body[2048];
  snprintf(body, sizeof body,
           "{\"id\":\"chatcmpl-BenchAnswer0123456789abcdef\",\"object\":\"chat.completion\",\"created\":1760000000,\"model\":\"bench\",\"choices\":[{\"index\":0,"
           "\"message\":{\"role\":\"assistant\",\"content\":\"%s\",\"refusal\":null},\"logprobs\":null,\"finish_reason\":\"stop\"}],"
           "\"usage\":{\"prompt_tokens\":212,\"completion_tokens\":48,\"total_tokens\":260},\"service_tier\":\"default\",\"system_fingerprint\":\"fp_bench01234567\"}",
           answer_text);
  openai_json_length = as_answer(openai_json, body);
  snprintf(body, sizeof body,
           "{\"id\":\"msg_BenchAnswer0123456789abcdef\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"bench\",\"content\":[{\"type\":\"text\","
           "\"text\":\"%s\"}],\"stop_reason\":\"end_turn\",\"stop_sequence\":null,\"usage\":{\"input_tokens\":212,\"output_tokens\":48}}",
           answer_text);
  anthropic_json_length = as_answer(anthropic_json, body);
  for (int i = 0; i < 8; i++) {
    for (int usage = 0; usage < 2; usage++) {
      snprintf(body, sizeof body, "data: " OPENAI_HEAD "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"%s\"},\"finish_reason\":null}]%s}\n\n", words[i],
               usage ? ",\"usage\":null" : "");
      openai_frame_lengths[usage][i] = as_chunk(openai_frames[usage][i], body);
    }
    snprintf(body, sizeof body,
             "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"%s\"}}\n\n", words[i]);
    anthropic_frame_lengths[i] = as_chunk(anthropic_frames[i], body);
  }
}

static const char openai_open[] = "data: " OPENAI_HEAD "\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null},\"finish_reason\":null}]}\n\n";
static const char openai_stop[] = "data: " OPENAI_HEAD "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
static const char openai_usage[] = "data: " OPENAI_HEAD "\"choices\":[],\"usage\":{\"prompt_tokens\":212,\"completion_tokens\":48,\"total_tokens\":260}}\n\n";
static const char openai_done[] = "data: [DONE]\n\n";
static const char anthropic_open[] =
    "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_BenchAnswer0123456789abcdef\",\"type\":\"message\",\"role\":\"assistant\","
    "\"model\":\"bench\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{\"input_tokens\":212,\"output_tokens\":1}}}\n\n"
    "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n";
static const char anthropic_stop[] =
    "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n"
    "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},\"usage\":{\"output_tokens\":48}}\n\n"
    "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";

#endif
