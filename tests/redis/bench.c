/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What Redis costs us: the way of a job from ring to a waiting worker, and one limiter decision.
 * Run through `make bench-redis`; prints, judges nothing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <apr_strings.h>

#include "io/limiter.h"
#include "io/queue.h"
#include "server.h"

#define JOBS  3000
#define TAKES 20000

static double now_us(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec * 1e6 + (double)ts.tv_nsec / 1e3;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void worker(int out)
{
    for (int i = 0; i < JOBS; i++) {
        wall_cx_t *cx = server_cx();
        const char *id;
        if (wall_queue_pop(cx, "ai", 5000, &id) != WALL_OK) {
            _exit(1);
        }
        double at = now_us();
        server_cx_free(cx);
        if (write(out, &at, sizeof(at)) != sizeof(at)) {
            _exit(1);
        }
    }
    _exit(0);
}

static void bench_queue(void)
{
    static double took[JOBS], rung[JOBS];
    int pipes[2];
    if (pipe(pipes) != 0) {
        return;
    }
    pid_t pid = fork();
    if (pid == 0) {
        worker(pipes[1]);
    }
    usleep(200000);
    for (int i = 0; i < JOBS; i++) {
        wall_cx_t *cx = server_cx();
        double start = now_us(), at;
        wall_queue_ring(cx, "ai", apr_psprintf(cx->pool, "%08d", i), i % 50, 0);
        rung[i] = now_us() - start;
        if (read(pipes[0], &at, sizeof(at)) != sizeof(at)) {
            exit(1);
        }
        took[i] = at - start;
        server_cx_free(cx);
        usleep(300); /* the worker waits again */
    }
    waitpid(pid, NULL, 0);
    qsort(took, JOBS, sizeof(took[0]), by_size);
    qsort(rung, JOBS, sizeof(rung[0]), by_size);
    printf("ring to popped, waiting worker   p50 %6.0f us   p99 %6.0f us   max %6.0f us\n",
           took[JOBS / 2], took[JOBS * 99 / 100], took[JOBS - 1]);
    printf("ring alone                       p50 %6.0f us   p99 %6.0f us\n", rung[JOBS / 2],
           rung[JOBS * 99 / 100]);
}

static double cpu_us(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

/** The server's own CPU time, from INFO. */
static double server_cpu_us(wall_cx_t *cx)
{
    const char *info = server_say(cx, "INFO cpu").bytes.data;
    const char *sys = strstr(info, "used_cpu_sys:"), *user = strstr(info, "used_cpu_user:");
    return (strtod(sys + 13, NULL) + strtod(user + 14, NULL)) * 1e6;
}

static void bench_take(const char *name, wall_rate_t rate)
{
    wall_cx_t *cx = server_cx();
    wall_site_t *site = server_site(cx->pool, "test");
    apr_pool_t *pool = cx->pool, *each;
    wall_limit_t state;
    site->rate_factor = 1000;
    cx->site = site;
    apr_pool_create(&each, pool);
    double server = server_cpu_us(cx), mine = cpu_us(), wall = now_us();
    for (int i = 0; i < TAKES; i++) {
        cx->pool = each;
        cx->now = apr_time_now();
        wall_limit_take(cx, rate, wall_limit_who(cx), &state);
        apr_pool_clear(each);
    }
    cx->pool = pool;
    mine = cpu_us() - mine;
    wall = now_us() - wall;
    server = server_cpu_us(cx) - server;
    printf("limiter, %-23s CPU %5.2f us here + %5.2f us in Redis   wall %5.2f us\n", name,
           mine / TAKES, server / TAKES, wall / TAKES);
    server_cx_free(cx);
}

int main(void)
{
    apr_initialize();
    bench_queue();
    bench_take("prepaid (read)", WALL_RATE_READ);
    bench_take("each asked (write)", WALL_RATE_WRITE);
    wall_cx_t *cx = server_cx();
    double cpu = cpu_us(), wall = now_us();
    for (int i = 0; i < TAKES; i++) {
        wall_redis_ping(cx);
    }
    printf("PING                             CPU %5.2f us here                      wall %5.2f us\n",
           (cpu_us() - cpu) / TAKES, (now_us() - wall) / TAKES);
    server_cx_free(cx);
    apr_terminate();
    return 0;
}
