/* SPDX-License-Identifier: Apache-2.0 */
#include "gen.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "pick.h"
#include "tokens.h"

enum {
    BATCH_MAX = 512,            /* lines built in one go when we are late */
    HUGE_PIECE = 2048,          /* bytes a chunk of [[fault:huge]] */
    PROMPT_SPEED = 20,          /* a prompt is read this much faster than an answer is written */
};
static const int64_t tick_ns = 2000000;     /* shorter sleeps would only burn the processor */

struct gen {
    const gen_config_t *config;
    watch_t watch;
    ask_t ask;
    answer_t answer;
    double rate;
    int64_t begin_ns, load_ns, prompt_ns, eval_start_ns, eval_ns;
    size_t at, think_at;        /* bytes of the answer and its thinking already turned into lines */
    long tokens;                /* counted for eval_count */
    long pieces, fault_piece;   /* chunks written; where a mid-stream fault strikes */
    buf_t out;
    uint64_t cuts;              /* random state of the write boundaries */
    bool hold;                  /* the rest of `out` waits for the next token */
    bool slot, finished, broken, settled, gone;
};

gen_t *gen_new(const gen_config_t *config, const watch_t *watch, bool chat)
{
    gen_t *gen = calloc(1, sizeof(*gen));
    if (!gen)
        abort();
    gen->config = config;
    gen->watch = *watch;
    gen->ask.chat = chat;
    gen->begin_ns = clock_mono_ns();
    return gen;
}

static void leave_slot(gen_t *gen)
{
    if (gen->slot)
        sched_leave(gen->ask.keep_alive_ns);
    gen->slot = false;
}

/* Ended by us, whichever way: no longer cancellable. */
static void settle(gen_t *gen, bool completed)
{
    leave_slot(gen);
    if (completed && !gen->settled)
        sched_count(COUNT_COMPLETED);
    gen->settled = true;
}

static void metric(buf_t *b, const char *name, int64_t value)
{
    if (value)      /* Go's omitempty */
        buf_fmt(b, ",\"%s\":%" PRId64, name, value);
}

/* One object of the protocol, without its closing brace. */
static void open_object(const gen_t *gen, buf_t *b, const char *text, size_t len,
                        const char *thinking, size_t thinking_len)
{
    buf_str(b, "{\"model\":");
    buf_json(b, gen->ask.model, strlen(gen->ask.model));
    buf_str(b, ",\"created_at\":");
    buf_time(b, clock_unix_ns());
    buf_str(b, gen->ask.chat ? ",\"message\":{\"role\":\"assistant\",\"content\":" : ",\"response\":");
    buf_json(b, text, len);
    if (thinking_len) {
        buf_str(b, ",\"thinking\":");
        buf_json(b, thinking, thinking_len);
    }
    if (gen->ask.chat)
        buf_str(b, "}");
}

static void put_context(const gen_t *gen, buf_t *b)
{
    /* Token ids of prompt and answer, as a client may send them back; ours mean nothing. */
    long count = gen->ask.prompt_tokens + gen->tokens;
    buf_str(b, ",\"context\":[");
    for (long i = 0; i < count; i++)
        buf_fmt(b, i ? ",%ld" : "%ld", 100 + i * 7919 % 32000);
    buf_str(b, "]");
}

static void put_final(gen_t *gen, buf_t *b, const char *text, size_t len, size_t thinking_len)
{
    open_object(gen, b, text, len, gen->answer.thinking.data, thinking_len);
    buf_fmt(b, ",\"done\":true,\"done_reason\":\"%s\"", gen->answer.done_reason);
    if (!gen->ask.chat && !gen->ask.raw)
        put_context(gen, b);
    metric(b, "total_duration", clock_mono_ns() - gen->begin_ns);
    metric(b, "load_duration", gen->load_ns);
    metric(b, "prompt_eval_count", gen->ask.prompt_tokens);
    metric(b, "prompt_eval_duration", gen->prompt_ns);
    metric(b, "eval_count", gen->tokens);
    metric(b, "eval_duration", gen->eval_ns);
    buf_str(b, "}");
}

static void put_load(const gen_t *gen, buf_t *b, const char *reason)
{
    open_object(gen, b, "", 0, NULL, 0);
    buf_fmt(b, ",\"done\":true,\"done_reason\":\"%s\"}", reason);
}

static int64_t due_ns(const gen_t *gen, long piece)
{
    return gen->eval_start_ns + (int64_t)((double)(piece + 1) * 1e9 / gen->rate);
}

/* Bytes of the next chunk of a text, and its tokens. */
static size_t next_piece(const gen_t *gen, const buf_t *text, size_t at, long *tokens)
{
    size_t least = gen->ask.faults.on[FAULT_HUGE] ? HUGE_PIECE : 1, n = 0;
    for (*tokens = 0; n < least && at + n < text->len; ++*tokens)
        n += token_next(text->data + at + n, text->len - at - n);
    return n;
}

/* Writes the next chunk's line, or the last one. */
static void emit(gen_t *gen)
{
    long tokens;
    size_t n;
    answer_t *answer = &gen->answer;
    bool thinks = gen->think_at < answer->thinking.len;
    if (thinks) {
        n = next_piece(gen, &answer->thinking, gen->think_at, &tokens);
        if (gen->ask.stream)
            open_object(gen, &gen->out, "", 0, answer->thinking.data + gen->think_at, n);
        gen->think_at += n;
    } else {
        n = next_piece(gen, &answer->text, gen->at, &tokens);
        if (gen->ask.stream)
            open_object(gen, &gen->out, answer->text.data + gen->at, n, NULL, 0);
        gen->at += n;
    }
    if (gen->ask.stream)
        buf_str(&gen->out, ",\"done\":false}\n");
    gen->tokens += tokens;
    gen->eval_ns = due_ns(gen, gen->pieces++) - gen->eval_start_ns;
}

/* What goes wrong in the middle. True if the stream is over for it. */
static bool strike(gen_t *gen)
{
    const bool *on = gen->ask.faults.on;
    if (on[FAULT_STALL]) {
        gen->gone = watch_until(&gen->watch, -1, -1) == WAIT_GONE;
    } else if (on[FAULT_ERROR_MID]) {
        buf_str(&gen->out, "{\"error\":\"an error was encountered while running the model: "
                           "demo fault\"}\n");
        gen->finished = true;
        settle(gen, false);
    } else if (on[FAULT_EOF] || on[FAULT_DROP]) {
        gen->finished = true;
        gen->broken = on[FAULT_DROP];
        settle(gen, false);
    } else if (on[FAULT_MALFORMED]) {
        buf_fmt(&gen->out, "{\"model\":\"%s\",\"created_at\":\n", MODEL_NAME);
        return false;
    }
    return gen->finished || gen->gone;
}

/* Waits for the next token and writes all that are due. False once the client is gone. */
static bool advance(gen_t *gen)
{
    int64_t deadline = due_ns(gen, gen->pieces), soon = clock_mono_ns() + tick_ns;
    if (deadline < soon && gen->rate > 1e9 / (double)tick_ns)
        deadline = soon;
    if (watch_until(&gen->watch, deadline, -1) == WAIT_GONE) {
        gen->gone = true;
        return false;
    }
    int64_t now = clock_mono_ns();
    for (int i = 0; i < BATCH_MAX && (i == 0 || due_ns(gen, gen->pieces) <= now); i++) {
        if (gen->pieces == gen->fault_piece) {
            gen->fault_piece = -1;
            if (strike(gen))
                return !gen->gone;
        }
        if (gen->at < gen->answer.text.len || gen->think_at < gen->answer.thinking.len)
            emit(gen);
        if (gen->at < gen->answer.text.len || gen->think_at < gen->answer.thinking.len)
            continue;
        gen->finished = true;
        if (gen->ask.stream) {
            put_final(gen, &gen->out, "", 0, 0);
            buf_str(&gen->out, "\n");
        }
        settle(gen, true);
        break;
    }
    return true;
}

/* Where a write ends: often in the middle of a line, and of a character if there is a long one. */
static size_t cut(gen_t *gen, size_t len)
{
    uint64_t r = pick_random(&gen->cuts);
    if (len < 2 || r % 3 == 0)
        return len;
    for (size_t i = 1; i < len; i++) {
        if (((unsigned char)gen->out.data[i] & 0xC0) == 0x80)
            return i;
    }
    return 1 + (size_t)(r >> 8) % (len - 1);
}

ssize_t gen_read(gen_t *gen, char *out, size_t max)
{
    while (gen->out.len == 0 || gen->hold) {
        if (gen->finished)
            return gen->broken ? -2 : -1;
        if (!advance(gen))
            return -2;
        gen->hold = false;
        if (gen->finished)
            break;
    }
    if (gen->out.len == 0)
        return gen->broken ? -2 : -1;
    size_t n = cut(gen, gen->out.len < max ? gen->out.len : max);
    memcpy(out, gen->out.data, n);
    buf_drop_front(&gen->out, n);
    gen->hold = gen->out.len > 0 && gen->out.len < max && !gen->finished;
    return (ssize_t)n;
}

/* Faults that strike before the scheduler is asked. */
static bool early_fault(const gen_t *gen, refusal_t *refusal)
{
    const bool *on = gen->ask.faults.on;
    if (on[FAULT_NOT_FOUND])
        return !refuse(refusal, 404, "model '%s' not found", gen->ask.model);
    if (on[FAULT_BUSY])
        return !refuse(refusal, 503,
                       "server busy, please try again.  maximum pending requests exceeded");
    if (on[FAULT_ERROR_BEFORE])
        return !refuse(refusal, 500, "llama runner process has terminated: demo fault");
    return false;
}

static gen_kind_t enter(gen_t *gen, bool load_only, refusal_t *refusal)
{
    switch (sched_enter(&gen->watch, gen->ask.num_ctx, load_only, &gen->load_ns)) {
    case TURN_GONE:
        return GEN_GONE;
    case TURN_BUSY:
        refuse(refusal, 503, "server busy, please try again.  maximum pending requests exceeded");
        gen->settled = true;
        return GEN_REFUSED;
    default:
        gen->slot = !load_only;
        return GEN_OBJECT;
    }
}

/* An empty prompt: load the model, or with keep_alive 0 unload it. */
static gen_kind_t load_or_unload(gen_t *gen, refusal_t *refusal, buf_t *reply)
{
    bool unload = gen->ask.keep_alive_ns == 0;
    gen_kind_t kind = unload ? GEN_OBJECT : enter(gen, true, refusal);
    if (kind != GEN_OBJECT)
        return kind;
    sched_keep(gen->ask.keep_alive_ns);
    put_load(gen, reply, unload ? "unload" : "load");
    settle(gen, true);
    return GEN_OBJECT;
}

static void prepare(gen_t *gen)
{
    const faults_t *faults = &gen->ask.faults;
    answer_make(&gen->ask, &gen->answer);
    gen->cuts = gen->ask.seed ^ gen->config->seed << 32;
    gen->rate = faults->rate > 0 ? faults->rate : gen->config->rate;
    if (faults->on[FAULT_SLOW])
        gen->rate /= 10;
    if (faults->on[FAULT_HUGE] && faults->rate <= 0 && gen->rate < 2000)
        gen->rate = 2000;
    if (gen->rate < 0.01)
        gen->rate = 0.01;
    gen->fault_piece = -1;
    if (faults->on[FAULT_STALL] || faults->on[FAULT_ERROR_MID] || faults->on[FAULT_EOF]
        || faults->on[FAULT_DROP] || faults->on[FAULT_MALFORMED])
        gen->fault_piece = token_count(gen->answer.text.data, gen->answer.text.len) / 2;
}

/* stream: false. The whole run in one wait, then one object; false if the client left. */
static gen_kind_t run_whole(gen_t *gen, refusal_t *refusal, buf_t *reply)
{
    while (!gen->finished) {
        if (!advance(gen))
            return GEN_GONE;
    }
    if (gen->broken)
        return GEN_GONE;
    if (gen->ask.faults.on[FAULT_ERROR_MID]) {
        refuse(refusal, 500, "an error was encountered while running the model: demo fault");
        return GEN_REFUSED;
    }
    if (gen->ask.faults.on[FAULT_EOF] || gen->ask.faults.on[FAULT_MALFORMED]) {
        open_object(gen, reply, gen->answer.text.data, gen->at, NULL, 0);
        buf_str(reply, gen->ask.faults.on[FAULT_EOF] ? ",\"done\":false}" : ",\"done\":");
        return GEN_OBJECT;
    }
    put_final(gen, reply, gen->answer.text.data, gen->answer.text.len, gen->answer.thinking.len);
    return GEN_OBJECT;
}

gen_kind_t gen_begin(gen_t *gen, const char *body, size_t len, refusal_t *refusal, buf_t *reply)
{
    sched_count(COUNT_REQUEST);
    if (!ask_parse(&gen->ask, body, len, gen->config->faults, gen->config->seed, refusal)
        || early_fault(gen, refusal)) {
        gen->settled = true;
        return GEN_REFUSED;
    }
    if (gen->ask.empty)
        return load_or_unload(gen, refusal, reply);
    gen_kind_t kind = enter(gen, false, refusal);
    if (kind != GEN_OBJECT)
        return kind;
    prepare(gen);
    if (gen->ask.faults.on[FAULT_HANG] && watch_until(&gen->watch, -1, -1) == WAIT_GONE)
        return GEN_GONE;
    int64_t read_start = clock_mono_ns();
    double read_ns = (double)gen->ask.prompt_tokens * 1e9 / (gen->rate * PROMPT_SPEED);
    if (watch_until(&gen->watch, read_start + (int64_t)read_ns, -1) == WAIT_GONE)
        return GEN_GONE;
    gen->eval_start_ns = clock_mono_ns();
    gen->prompt_ns = gen->eval_start_ns - read_start;
    if (!gen->ask.stream)
        return run_whole(gen, refusal, reply);
    if (!advance(gen))
        return GEN_GONE;
    return GEN_STREAM;
}

void gen_end(gen_t *gen, char *words, size_t size)
{
    bool cancelled = !gen->settled;
    leave_slot(gen);
    if (cancelled)
        sched_count(COUNT_CANCELLED);
    snprintf(words, size, "%s, %ld tokens%s", gen->answer.app ? gen->answer.app : "-", gen->tokens,
             cancelled ? ", cancelled" : "");
    answer_free(&gen->answer);
    ask_free(&gen->ask);
    buf_free(&gen->out);
    free(gen);
}
