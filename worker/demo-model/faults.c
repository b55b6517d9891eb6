/* SPDX-License-Identifier: Apache-2.0 */
#include "faults.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Seen prompts of counted faults. A ring: a test run never needs more, a long run never grows. */
static struct {
    uint64_t key;
    long seen;
} ring[4096];
static size_t ring_next;
static pthread_mutex_t ring_lock = PTHREAD_MUTEX_INITIALIZER;

static const char *const names[FAULT_COUNT] = {
#define X(id, name) name,
    FAULTS(X)
#undef X
};

static uint64_t key_of(const char *prompt, size_t fault)
{
    uint64_t hash = 14695981039346656037u + fault;
    for (; *prompt; prompt++)
        hash = (hash ^ (unsigned char)*prompt) * 1099511628211u;
    return hash ? hash : 1;
}

/* How often this prompt came before with this fault. */
static long seen_before(uint64_t key)
{
    const size_t size = sizeof(ring) / sizeof(*ring);
    size_t i = 0;
    pthread_mutex_lock(&ring_lock);
    while (i < size && ring[i].key != key)
        i++;
    if (i == size) {
        i = ring_next++ % size;
        ring[i].key = key;
        ring[i].seen = 0;
    }
    long before = ring[i].seen++;
    pthread_mutex_unlock(&ring_lock);
    return before;
}

static void take_one(const char *name, size_t len, const char *prompt, faults_t *out)
{
    const char *star = memchr(name, '*', len);
    size_t name_len = star ? (size_t)(star - name) : len;
    for (size_t f = 0; f < FAULT_COUNT; f++) {
        if (strlen(names[f]) != name_len || memcmp(names[f], name, name_len) != 0)
            continue;
        long count = star ? strtol(star + 1, NULL, 10) : 0;
        out->on[f] = !star || seen_before(key_of(prompt, f)) < count;
    }
}

void faults_take(char *prompt, faults_t *out)
{
    *out = (faults_t){ 0 };
    char *whole = strdup(prompt);       /* the key of a counted fault is the prompt as it came */
    if (!whole)
        abort();
    for (char *at = prompt; (at = strstr(at, "[[")) != NULL;) {
        char *end = strstr(at, "]]");
        if (end && strncmp(at, "[[fault:", 8) == 0) {
            take_one(at + 8, (size_t)(end - at) - 8, whole, out);
        } else if (end && strncmp(at, "[[rate:", 7) == 0) {
            out->rate = strtod(at + 7, NULL);
        } else {
            at += 2;
            continue;
        }
        end += 2;
        if (*end == ' ')
            end++;
        memmove(at, end, strlen(end) + 1);
    }
    free(whole);
}
