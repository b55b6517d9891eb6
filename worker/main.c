/* SPDX-License-Identifier: Apache-2.0 */
/* wall-worker: the parent. It opens nothing but the site file; children do the work. */
#include <apr_general.h>
#include <apr_getopt.h>
#include <apr_strings.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/crypto.h"
#include "io/http_client.h"
#include "io/redis.h"
#include "io/site_file.h"
#include "worker/worker.h"

#define BACKOFF_FIRST_MS 100
#define BACKOFF_MAX_MS   10000
/* A child that lived this long has earned a restart without waiting. */
#define LIVED_WELL_MS    5000
/* A statement that takes longer has met a frozen server. */
#define WATCHDOG_SECONDS 10
/* After WORKER_GRACE_SECONDS children hand back by themselves; then they are ended. */
#define KILL_AFTER_MS    ((WORKER_GRACE_SECONDS + 10) * 1000)

/* One child each; the AI lane, whose number is a setting, follows. */
static const lane_kind_t single_lanes[] = {
    { .name = "housekeeping", .run = lane_housekeeping_run },
    { .name = "mail", .run = lane_mail_run },
    { .name = "payments", .run = lane_payments_run },
    { .name = "data", .run = lane_data_run },
    { .name = "ledger", .run = lane_ledger_run },
};
static const lane_kind_t ai_lane = { .name = "ai", .run = lane_ai_run };
#define SINGLE_LANES (int)(sizeof(single_lanes) / sizeof(single_lanes[0]))
#define CHILDREN_MAX (SINGLE_LANES + 64) /* WallAIWorkers' bound */

typedef struct child_t {
    const lane_kind_t *kind;
    pid_t pid;           /* 0: not running */
    apr_time_t started;
    apr_time_t start_at; /* when to start it again */
    int backoff_ms;
} child_t;

typedef struct parent_t {
    apr_pool_t *pool;      /* for ever */
    apr_pool_t *site_pool; /* of the present reading of the site file */
    const char *site_file;
    const wall_site_t *site;
    const wall_logger_t *logger;
    sigset_t outside;      /* the signal mask children get */
    child_t children[CHILDREN_MAX];
    int wanted; /* children as the settings ask for; those behind are running out */
    int count;
    int stopping;
} parent_t;

static volatile sig_atomic_t stop_asked;
static volatile apr_time_t stop_asked_at;

int lane_stopping(void)
{
    return stop_asked;
}

apr_time_t lane_stopping_since(void)
{
    if (stop_asked && stop_asked_at == 0) {
        stop_asked_at = apr_time_now();
    }
    return stop_asked_at;
}

wall_cx_t *lane_cx(const lane_t *lane)
{
    apr_pool_t *pool;
    wall_cx_t *cx;

    apr_pool_create(&pool, lane->pool);
    cx = apr_pcalloc(pool, sizeof *cx);
    cx->pool = pool;
    cx->site = lane->site;
    cx->logger = lane->logger;
    cx->db = wall_db_new(pool, lane->db_source);
    cx->redis = wall_redis_new(pool, lane->site);
    cx->now = apr_time_now();
    cx->request_id = "-";
    return cx;
}

static void on_stop(int signal)
{
    stop_asked = 1;
}

/** The child's whole life. Never returns. */
static void child_main(parent_t *parent, const lane_kind_t *kind, pid_t parent_pid)
{
    struct sigaction stop = { .sa_handler = on_stop };
    lane_t lane = { .site = parent->site, .name = kind->name };
    char title[16]; /* what ps and top show; the kernel keeps 15 characters */
    int code;

    sigaction(SIGTERM, &stop, NULL);
    sigaction(SIGINT, &stop, NULL);
    signal(SIGHUP, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGCHLD, SIG_DFL);
    sigprocmask(SIG_SETMASK, &parent->outside, NULL);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    apr_snprintf(title, sizeof(title), "wall-%s", kind->name);
    prctl(PR_SET_NAME, title);
    if (getppid() != parent_pid) {
        _exit(0);
    }
    apr_pool_create(&lane.pool, parent->pool);
    lane.logger = worker_logger(lane.pool, kind->name, parent->site->log_level);
    if (wall_crypto_init() != 0 || wall_http_init() != 0) {
        wall_log(lane.logger, WALL_LOG_ERR, WALLNO(00700) "cannot initialise libraries");
        _exit(1);
    }
    lane.db_source = wall_db_direct(lane.pool, lane.site->db_driver, lane.site->db_params,
                                    lane.logger);
    if (wall_db_watchdog_start(lane.pool, WATCHDOG_SECONDS, lane.logger) != WALL_OK) {
        _exit(1); /* it has said why */
    }
    wall_db_watchdog_hurry(lane_stopping);
    code = kind->run(&lane);
    apr_pool_destroy(lane.pool);
    _exit(code);
}

static void start(parent_t *parent, child_t *child)
{
    pid_t parent_pid = getpid();
    pid_t pid = fork();

    if (pid == 0) {
        child_main(parent, child->kind, parent_pid);
    }
    child->started = apr_time_now();
    if (pid < 0) {
        wall_log(parent->logger, WALL_LOG_ERR, WALLNO(00701) "cannot fork: %s", strerror(errno));
        child->start_at = child->started + apr_time_from_sec(1);
        return;
    }
    child->pid = pid;
    wall_log(parent->logger, WALL_LOG_NOTICE, WALLNO(00702) "%s child %d started", child->kind->name,
             (int)pid);
}

/** Children as the site file wants them; those beyond are forgotten when they end. */
static void plan(parent_t *parent)
{
    int i;

    parent->wanted = SINGLE_LANES + (int)parent->site->ai_workers;
    for (i = parent->count; i < parent->wanted; i++) {
        parent->children[i] =
            (child_t){ .kind = i < SINGLE_LANES ? &single_lanes[i] : &ai_lane };
    }
    parent->count = parent->wanted > parent->count ? parent->wanted : parent->count;
}

static void ended(parent_t *parent, child_t *child, int status)
{
    apr_time_t now = apr_time_now();
    int planned = child - parent->children < parent->wanted;
    int clean = WIFEXITED(status) && WEXITSTATUS(status) == 0;

    wall_log(parent->logger, clean ? WALL_LOG_NOTICE : WALL_LOG_WARN,
             WALLNO(00703) "%s child %d ended (%s %d)", child->kind->name, (int)child->pid,
             WIFSIGNALED(status) ? "signal" : "code",
             WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    child->pid = 0;
    if (clean || now - child->started > apr_time_from_msec(LIVED_WELL_MS)) {
        child->backoff_ms = 0;
        child->start_at = now;
    } else {
        child->backoff_ms = child->backoff_ms ? child->backoff_ms * 2 : BACKOFF_FIRST_MS;
        child->backoff_ms = child->backoff_ms < BACKOFF_MAX_MS ? child->backoff_ms : BACKOFF_MAX_MS;
        child->start_at = now + apr_time_from_msec(child->backoff_ms);
    }
    if (!planned && child == &parent->children[parent->count - 1]) {
        parent->count--;
    }
}

static void reap(parent_t *parent)
{
    int status;
    pid_t pid;

    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        int i;
        for (i = 0; i < parent->count; i++) {
            if (parent->children[i].pid == pid) {
                ended(parent, &parent->children[i], status);
                break;
            }
        }
    }
}

static int signal_all(parent_t *parent, int signal)
{
    int i, running = 0;

    for (i = 0; i < parent->count; i++) {
        if (parent->children[i].pid > 0) {
            running++;
            if (signal) {
                kill(parent->children[i].pid, signal);
            }
        }
    }
    return running;
}

/** SIGHUP: a site file with a mistake changes nothing. */
static void reread(parent_t *parent)
{
    apr_pool_t *pool;
    const wall_site_t *site;
    const char *problem;

    apr_pool_create(&pool, parent->pool);
    problem = wall_site_file_read(pool, parent->site_file, &site);
    if (problem) {
        wall_log(parent->logger, WALL_LOG_ERR, WALLNO(00704) "still on the settings before: %s",
                 problem);
        apr_pool_destroy(pool);
        return;
    }
    parent->site = site;
    parent->logger = worker_logger(pool, "parent", site->log_level);
    if (parent->site_pool) {
        apr_pool_destroy(parent->site_pool);
    }
    parent->site_pool = pool;
    wall_log(parent->logger, WALL_LOG_NOTICE, WALLNO(00705) "settings read again");
    plan(parent);
    signal_all(parent, SIGTERM);
}

/** Starts what is due; returns milliseconds until the next is. */
static int start_due(parent_t *parent)
{
    apr_time_t now = apr_time_now();
    int wait = 1000, i;

    for (i = 0; i < parent->count; i++) {
        child_t *child = &parent->children[i];
        if (child->pid > 0 || i >= parent->wanted) {
            continue;
        }
        if (child->start_at <= now) {
            start(parent, child);
        } else if (apr_time_as_msec(child->start_at - now) < wait) {
            wait = (int)apr_time_as_msec(child->start_at - now) + 1;
        }
    }
    return wait;
}

static int run(parent_t *parent, const sigset_t *signals)
{
    apr_time_t kill_at = 0;

    plan(parent);
    for (;;) {
        int wait_ms = parent->stopping ? 200 : start_due(parent);
        struct timespec wait = { wait_ms / 1000, (wait_ms % 1000) * 1000000L };
        int signal = sigtimedwait(signals, NULL, &wait);

        reap(parent);
        if ((signal == SIGTERM || signal == SIGINT) && !parent->stopping) {
            wall_log(parent->logger, WALL_LOG_NOTICE, WALLNO(00706) "stopping");
            parent->stopping = 1;
            kill_at = apr_time_now() + apr_time_from_msec(KILL_AFTER_MS);
            signal_all(parent, SIGTERM);
        } else if (signal == SIGHUP && !parent->stopping) {
            reread(parent);
        }
        if (parent->stopping) {
            if (signal_all(parent, 0) == 0) {
                return 0;
            }
            if (apr_time_now() > kill_at) {
                signal_all(parent, SIGKILL);
            }
        }
    }
}

static int usage(FILE *to, int code)
{
    fputs("usage: wall-worker --site FILE [--foreground] [--pid-file FILE]\n"
          "Runs the jobs of one site. FILE is the fragment the virtual host includes.\n"
          "Without --foreground it goes to the background once the site file has been read.\n"
          "SIGTERM: finish or hand back, then end. SIGHUP: read the site file again.\n",
          to);
    return code;
}

/** @return NULL or why the process identifier could not be written */
static const char *write_pid(apr_pool_t *pool, const char *file)
{
    const char *text = apr_psprintf(pool, "%d\n", (int)getpid());
    int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    int ok = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

    if (fd >= 0) {
        close(fd);
    }
    return ok ? NULL : apr_psprintf(pool, "cannot write %s: %s", file, strerror(errno));
}

int main(int argc, const char *const *argv)
{
    static const apr_getopt_option_t options[] = {
        { "site", 's', 1, NULL }, { "foreground", 'f', 0, NULL }, { "pid-file", 'p', 1, NULL },
        { "help", 'h', 0, NULL }, { NULL, 0, 0, NULL }
    };
    parent_t parent = { 0 };
    const char *pid_file = NULL, *value, *problem;
    sigset_t signals;
    apr_getopt_t *args;
    int option, foreground = 0, code;

    apr_initialize();
    apr_pool_create(&parent.pool, NULL);
    apr_getopt_init(&args, parent.pool, argc, argv);
    while (apr_getopt_long(args, options, &option, &value) == APR_SUCCESS) {
        switch (option) {
        case 's': parent.site_file = value; break;
        case 'f': foreground = 1; break;
        case 'p': pid_file = value; break;
        default: return usage(stdout, 0);
        }
    }
    if (!parent.site_file || args->ind < argc) {
        return usage(stderr, 2);
    }
    parent.logger = worker_logger(parent.pool, "parent", "info");
    problem = wall_site_file_read(parent.pool, parent.site_file, &parent.site);
    if (!problem && !parent.site->db_driver) {
        problem = apr_pstrcat(parent.pool, parent.site_file, ": DBDriver is missing", NULL);
    }
    if (!problem && !foreground && daemon(1, 1) != 0) {
        problem = "cannot go to the background";
    }
    if (!problem && pid_file) {
        problem = write_pid(parent.pool, pid_file);
    }
    if (problem) {
        fprintf(stderr, "wall-worker: %s\n", problem);
        return 1;
    }
    parent.logger = worker_logger(parent.pool, "parent", parent.site->log_level);
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    sigaddset(&signals, SIGCHLD);
    sigprocmask(SIG_BLOCK, &signals, &parent.outside);
    code = run(&parent, &signals);
    if (pid_file) {
        unlink(pid_file);
    }
    wall_log(parent.logger, WALL_LOG_NOTICE, WALLNO(00707) "ended");
    apr_terminate();
    return code;
}
