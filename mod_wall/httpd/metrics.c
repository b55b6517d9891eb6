/* SPDX-License-Identifier: Apache-2.0 */
#include "httpd/metrics.h"

#include <ap_mpm.h>
#include <apr_hash.h>
#include <apr_shm.h>
#include <apr_strings.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "app/admin/numbers.h"
#include "core/metrics.h"
#include "core/subnets.h"
#include "httpd/access.h"
#include "httpd/exchange.h"
#include "httpd/respond.h"

#define CLASSES 5 /* 1xx to 5xx */
#define OTHERS  3 /* wall_other_t */
#define LINE    64 /* bytes of a cache line */

/* Upper bounds of the histogram's buckets in microseconds; one more holds the rest. */
static const apr_int64_t bounds[] = { 500,    1000,   2500,   5000,    10000,  25000,
                                      50000,  100000, 250000, 1000000, 5000000 };
static const char *const bound_names[] = { "0.0005", "0.001", "0.0025", "0.005", "0.01", "0.025",
                                           "0.05",   "0.1",   "0.25",   "1",     "5" };
#define BUCKETS (sizeof(bounds) / sizeof(bounds[0]) + 1)

/** What a child says of itself. */
typedef struct slot_t {
    int pid; /* 0 = nobody's */
    apr_uint32_t streams;
    char apart[LINE - 2 * sizeof(int)];
} slot_t;

/* Made in the parent and inherited; but for `own` the same in all children. */
static struct {
    slot_t *slots;
    apr_uint64_t *counts; /* [host][slot][width] */
    int count;            /* of slots */
    int width;            /* counts of one host in one slot: requests, histogram, its sum, failures */
    int routes;
    apr_hash_t *index;    /* route's address → its number */
    const wall_route_t **route;
    int own;              /* this child's slot */
} shared;

static void add(apr_uint64_t *counter, apr_uint64_t amount)
{
    __atomic_fetch_add(counter, amount, __ATOMIC_RELAXED);
}

static apr_uint64_t read_count(const apr_uint64_t *counter)
{
    return __atomic_load_n(counter, __ATOMIC_RELAXED);
}

/* ---- setting up ---- */

static int count_routes(const wall_route_t *const *tables)
{
    int count = 0;

    for (; *tables; tables++) {
        for (const wall_route_t *route = *tables; route->id; route++) {
            count++;
        }
    }
    return count;
}

static void number_routes(apr_pool_t *pool, const wall_route_t *const *tables)
{
    for (; *tables; tables++) {
        for (const wall_route_t *route = *tables; route->id; route++) {
            const wall_route_t **key = apr_palloc(pool, sizeof(*key));
            int *number = apr_palloc(pool, sizeof(*number));

            *key = route;
            *number = shared.routes;
            shared.route[shared.routes++] = route;
            apr_hash_set(shared.index, key, sizeof(*key), number);
        }
    }
}

apr_status_t wall_metrics_open(apr_pool_t *pconf, int hosts)
{
    int routes = count_routes(wall_route_tables) + count_routes(wall_page_tables);
    apr_size_t size;
    apr_status_t status;
    apr_shm_t *shm;

    memset(&shared, 0, sizeof(shared));
    shared.index = apr_hash_make(pconf);
    shared.route = apr_pcalloc(pconf, sizeof(*shared.route) * (apr_size_t)routes);
    number_routes(pconf, wall_route_tables);
    number_routes(pconf, wall_page_tables);
    shared.width = (routes + OTHERS) * CLASSES + (int)BUCKETS + 1 + WALL_E__COUNT;
    shared.width = (shared.width + 7) / 8 * 8; /* whole cache lines */
    ap_mpm_query(AP_MPMQ_HARD_LIMIT_DAEMONS, &shared.count);
    if (shared.count < 1) {
        shared.count = 1;
    }
    size = sizeof(slot_t) * (apr_size_t)shared.count +
           sizeof(apr_uint64_t) * (apr_size_t)shared.width * (apr_size_t)shared.count *
               (apr_size_t)hosts;
    status = apr_shm_create(&shm, size, NULL, pconf);
    if (status != APR_SUCCESS) {
        return status;
    }
    shared.slots = apr_shm_baseaddr_get(shm);
    memset(shared.slots, 0, size);
    shared.counts = (apr_uint64_t *)(void *)(shared.slots + shared.count);
    return APR_SUCCESS;
}

static int is_alive(int pid)
{
    return pid && (kill(pid, 0) == 0 || errno != ESRCH);
}

/* A slot of a child that has gone is taken over with its counts, which belong to the sum. Should there be
 * none, two children share one: adding is atomic. */
void wall_metrics_child(void)
{
    int own = (int)getpid();

    for (int i = 0; i < shared.count; i++) {
        slot_t *slot = &shared.slots[i];
        int pid = __atomic_load_n(&slot->pid, __ATOMIC_RELAXED);

        if (!is_alive(pid) && __atomic_compare_exchange_n(&slot->pid, &pid, own, 0,
                                                          __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
            slot->streams = 0;
            shared.own = i;
            return;
        }
    }
    shared.own = own % (shared.count > 0 ? shared.count : 1);
}

/* ---- counting ---- */

static apr_uint64_t *counts_of(const wall_host_t *host, int slot)
{
    return shared.counts +
           ((apr_size_t)host->number * (apr_size_t)shared.count + (apr_size_t)slot) *
               (apr_size_t)shared.width;
}

static int request_at(int route, int status)
{
    int class = status / 100 - 1;

    return route * CLASSES + (class < 0 || class >= CLASSES ? CLASSES - 1 : class);
}

static int histogram_at(void)
{
    return (shared.routes + OTHERS) * CLASSES;
}

static int failures_at(void)
{
    return histogram_at() + (int)BUCKETS + 1;
}

apr_uint64_t *wall_metrics_failures(const wall_host_t *host)
{
    return shared.counts ? counts_of(host, shared.own) + failures_at() : NULL;
}

static int number_of(const wall_route_t *route, wall_other_t other)
{
    const int *number = route ? apr_hash_get(shared.index, &route, sizeof(route)) : NULL;

    return number ? *number : shared.routes + (int)other;
}

void wall_metrics_request(const wall_host_t *host, const wall_route_t *route, wall_other_t other,
                          const request_rec *r)
{
    apr_uint64_t *counts;
    apr_int64_t took;
    size_t bucket = 0;

    if (!shared.counts) {
        return;
    }
    counts = counts_of(host, shared.own);
    add(&counts[request_at(number_of(route, other), r->status)], 1);
    if (route && route->raw == WALL_RAW_STREAM) {
        return;
    }
    took = apr_time_now() - r->request_time;
    while (bucket < BUCKETS - 1 && took > bounds[bucket]) {
        bucket++;
    }
    add(&counts[histogram_at() + (int)bucket], 1);
    add(&counts[histogram_at() + (int)BUCKETS], took > 0 ? (apr_uint64_t)took : 0);
}

void wall_metrics_streams(apr_uint32_t open)
{
    if (shared.slots) {
        __atomic_store_n(&shared.slots[shared.own].streams, open, __ATOMIC_RELAXED);
    }
}

/* ---- telling ---- */

/** The sum of all children. */
static apr_uint64_t sum(const wall_host_t *host, int at)
{
    apr_uint64_t total = 0;

    for (int slot = 0; slot < shared.count; slot++) {
        total += read_count(&counts_of(host, slot)[at]);
    }
    return total;
}

static void write_requests(apr_pool_t *pool, const wall_host_t *host, wall_buf_t *out)
{
    static const char *const others[OTHERS] = { [WALL_OTHER_NONE] = "none",
                                                [WALL_OTHER_APP] = "app",
                                                [WALL_OTHER_FILE] = "file" };

    wall_metric_family(out, WALL_M_REQUESTS);
    for (int route = 0; route < shared.routes + OTHERS; route++) {
        const char *name =
            route < shared.routes ? shared.route[route]->id : others[route - shared.routes];

        for (int class = 0; class < CLASSES; class++) {
            apr_uint64_t total = sum(host, route * CLASSES + class);

            if (total) {
                wall_metric_value(out, WALL_M_REQUESTS, "",
                                  apr_psprintf(pool, "{route=\"%s\",class=\"%dxx\"}", name,
                                               class + 1),
                                  (apr_int64_t)total);
            }
        }
    }
}

static void write_durations(apr_pool_t *pool, const wall_host_t *host, wall_buf_t *out)
{
    apr_int64_t total = 0;

    wall_metric_family(out, WALL_M_DURATION);
    for (size_t i = 0; i < BUCKETS; i++) {
        total += (apr_int64_t)sum(host, histogram_at() + (int)i);
        wall_metric_value(out, WALL_M_DURATION, "_bucket",
                          apr_pstrcat(pool, "{le=\"", i < BUCKETS - 1 ? bound_names[i] : "+Inf",
                                      "\"}", NULL),
                          total);
    }
    wall_metric_seconds(out, WALL_M_DURATION, "_sum",
                        (apr_int64_t)sum(host, histogram_at() + (int)BUCKETS));
    wall_metric_value(out, WALL_M_DURATION, "_count", "", total);
}

static void write_failures(apr_pool_t *pool, const wall_host_t *host, wall_buf_t *out)
{
    wall_metric_family(out, WALL_M_FAILURES);
    for (int code = 1; code < WALL_E__COUNT; code++) {
        apr_uint64_t total = sum(host, failures_at() + code);

        /* Those a monitor asks for are there from the beginning. */
        if (total || code == WALL_E_DB_UNAVAILABLE || code == WALL_E_REDIS_UNAVAILABLE ||
            code == WALL_E_INTERNAL) {
            wall_metric_value(out, WALL_M_FAILURES, "",
                              apr_pstrcat(pool, "{code=\"", wall_error_code((wall_rc_t)code), "\"}",
                                          NULL),
                              (apr_int64_t)total);
        }
    }
}

static void write_streams(wall_buf_t *out)
{
    apr_int64_t open = 0;

    for (int i = 0; i < shared.count; i++) {
        const slot_t *slot = &shared.slots[i];

        if (is_alive(__atomic_load_n(&slot->pid, __ATOMIC_RELAXED))) {
            open += __atomic_load_n(&slot->streams, __ATOMIC_RELAXED);
        }
    }
    wall_metric_family(out, WALL_M_STREAMS);
    wall_metric_value(out, WALL_M_STREAMS, "", "", open);
}

/** Who may read: addresses the administrator named, and administrators. */
static wall_rc_t may_read(wall_exchange_t *x)
{
    wall_rc_t rc;

    if (wall_subnets_hold(x->host->site->metrics_allow, x->r->useragent_addr)) {
        return WALL_OK;
    }
    rc = wall_access_authenticate(x);
    return rc == WALL_OK ? wall_access_authorise(x) : rc;
}

int wall_metrics_serve(request_rec *r, wall_host_t *host)
{
    static const wall_route_t route = { .id = "metrics", .method = WALL_GET, .path = "/metrics",
                                        .auth = WALL_AUTH_ADMIN, .rate = WALL_RATE_READ,
                                        .raw = WALL_RAW_BODY };
    wall_exchange_t *x = apr_pcalloc(r->pool, sizeof(*x));
    wall_buf_t out;
    wall_rc_t rc;

    x->r = r;
    x->host = host;
    x->route = &route;
    x->match.allowed = 1u << WALL_GET;
    x->cx = wall_exchange_context(r, host);
    wall_exchange_language(x);
    if (r->method_number == M_OPTIONS) {
        return wall_respond_allow(x);
    }
    rc = r->method_number == M_GET ? may_read(x) : WALL_E_METHOD_NOT_ALLOWED;
    if (rc != WALL_OK) {
        wall_db_release(x->cx);
        return wall_respond_error(x, rc);
    }
    wall_buf_init(&out, r->pool, 16384);
    write_requests(r->pool, host, &out);
    write_durations(r->pool, host, &out);
    write_failures(r->pool, host, &out);
    write_streams(&out);
    numbers_write(x->cx, &out);
    wall_db_release(x->cx);
    wall_respond_headers(x);
    return wall_send(r, HTTP_OK, "text/plain; version=0.0.4; charset=utf-8",
                     (wall_bytes_t){ out.data, out.len });
}
