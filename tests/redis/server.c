/* SPDX-License-Identifier: Apache-2.0 */
#include "server.h"

#include <apr_strings.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char *dir(void)
{
    const char *name = getenv("WALL_TEST_REDIS_DIR");
    if (!name) {
        fputs("Run this through tests/redis/with-redis.\n", stderr);
        exit(1);
    }
    return name;
}

static pid_t server_pid(void)
{
    char path[512];
    long pid = 0;
    snprintf(path, sizeof(path), "%s/redis.pid", dir());
    FILE *file = fopen(path, "r");
    if (file) {
        if (fscanf(file, "%ld", &pid) != 1) {
            pid = 0;
        }
        fclose(file);
    }
    return (pid_t)pid;
}

long long server_ms(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (long long)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

wall_site_t *server_site(apr_pool_t *pool, const char *name)
{
    wall_site_t *site = wall_site_new(pool);
    site->site = name;
    site->redis = apr_psprintf(pool, "unix:%s/redis.sock", dir());
    site->rate_factor = 1;
    return site;
}

static char last_log[256];
static atomic_int log_lines;

int server_log_lines(void)
{
    return log_lines;
}

const char *server_last_log(void)
{
    return last_log;
}

static void write_line(void *baton, wall_log_level_t level, const char *line)
{
    log_lines++;
    snprintf(last_log, sizeof(last_log), "%s", line);
    if (getenv("WALL_TEST_VERBOSE")) {
        fprintf(stderr, "[%d] %s\n", (int)level, line);
    }
}

static const wall_logger_t logger = { .write = write_line, .max_level = WALL_LOG_DEBUG };

wall_cx_t *server_cx(void)
{
    apr_pool_t *pool;
    apr_pool_create(&pool, NULL);
    wall_cx_t *cx = apr_pcalloc(pool, sizeof(*cx));
    cx->pool = pool;
    cx->site = server_site(pool, "test");
    cx->redis = wall_redis_new(pool, cx->site);
    cx->logger = &logger;
    cx->now = apr_time_now();
    return cx;
}

void server_cx_free(wall_cx_t *cx)
{
    apr_pool_destroy(cx->pool);
}

wall_redis_value_t server_say(wall_cx_t *cx, const char *command)
{
    wall_redis_value_t value = { .kind = WALL_REDIS_NIL };
    wall_bytes_t argv[16];
    int argc = 0;
    const char *p = apr_pstrdup(cx->pool, command);
    while (*p && argc < 16) {
        size_t len = strcspn(p, " ");
        argv[argc++] = (wall_bytes_t){ p, len };
        p += len + (p[len] == ' ');
    }
    wall_redis_command(cx, argc, argv, 0, 0, &value);
    return value;
}

void server_flush(wall_cx_t *cx)
{
    server_say(cx, "FLUSHALL");
}

void server_stop(void)
{
    pid_t pid = server_pid();
    if (pid > 0) {
        kill(pid, SIGKILL);
        while (kill(pid, 0) == 0) {
            usleep(2000);
        }
    }
}

void server_start(void)
{
    char conf[512];
    snprintf(conf, sizeof(conf), "%s/redis.conf", dir());
    pid_t pid = fork();
    if (pid == 0) {
        execlp("redis-server", "redis-server", conf, (char *)NULL);
        _exit(127);
    }
    waitpid(pid, NULL, 0); /* it daemonizes */
    for (int i = 0; i < 500; i++) {
        wall_cx_t *cx = server_cx();
        wall_rc_t rc = wall_redis_ping(cx);
        server_cx_free(cx);
        if (rc == WALL_OK) {
            return;
        }
        usleep(10000);
    }
    fputs("The server does not come back.\n", stderr);
    exit(1);
}

void server_freeze(void)
{
    kill(server_pid(), SIGSTOP);
}

void server_thaw(void)
{
    kill(server_pid(), SIGCONT);
}
