/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A frozen server (SIGSTOP, a dead disk) leaves libmariadb in a read() for ever. A thread watches
 * how long each call has been running and shuts its socket down: the read ends, the call fails.
 * Every entry owns a duplicate of the descriptor, so a number that was closed and given to another
 * file meanwhile is never touched.
 */
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "io/db_private.h"

#define TICK_MS 200

struct db_watch_t {
    db_watch_t *next;
    const apr_dbd_t *handle;
    pid_t pid;
    int fd; /* a duplicate of our own */
    ino_t inode;
    _Atomic apr_time_t since; /* of the running call, and its patience; 0 = none */
    atomic_int in_use;
    atomic_int cut; /* db_cut_t */
};

/* One for the process; a forked child starts with an empty one. */
static struct {
    pthread_mutex_t lock;
    pthread_cond_t stop;
    pid_t pid;
    db_watch_t *entries;
    db_opening_t *openings;
    struct sockaddr_storage peer; /* the server, as the first connection saw it */
    socklen_t peer_len;
    int running, stopping;
    int suspect, probing; /* the server froze: one thread at a time tries it */
    apr_time_t limit;
    int (*hurry)(void);
    pthread_t thread;
    const wall_logger_t *logger;
} dog = { .lock = PTHREAD_MUTEX_INITIALIZER, .stop = PTHREAD_COND_INITIALIZER };

static void lock_dog(void)
{
    if (dog.pid != getpid()) {
        /* After fork() the parent's connections are not ours to cut. */
        pthread_mutex_init(&dog.lock, NULL);
        pthread_cond_init(&dog.stop, NULL);
        dog.entries = NULL;
        dog.openings = NULL;
        dog.running = dog.stopping = dog.suspect = dog.probing = 0;
        dog.pid = getpid();
    }
    pthread_mutex_lock(&dog.lock);
}

static void unlock_dog(void)
{
    pthread_mutex_unlock(&dog.lock);
}

static apr_status_t unregister(void *data)
{
    db_watch_t *watch = data, **link;

    if (watch->pid == getpid()) {
        lock_dog();
        for (link = &dog.entries; *link != NULL; link = &(*link)->next) {
            if (*link == watch) {
                *link = watch->next;
                break;
            }
        }
        unlock_dog();
    }
    close(watch->fd);
    return APR_SUCCESS;
}

void wall_db_watchdog_register(apr_pool_t *conn_pool, const struct apr_dbd_driver_t *driver,
                               struct apr_dbd_t *handle)
{
    MYSQL *mysql = apr_dbd_native_handle(driver, handle);
    db_watch_t *watch = apr_pcalloc(conn_pool, sizeof *watch);
    struct stat st;

    watch->handle = handle;
    watch->pid = getpid();
    watch->fd = fcntl(mysql_get_socket(mysql), F_DUPFD_CLOEXEC, 3);
    if (watch->fd < 0)
        return;
    if (fstat(watch->fd, &st) == 0)
        watch->inode = st.st_ino;
    lock_dog();
    if (dog.peer_len == 0) {
        dog.peer_len = sizeof dog.peer;
        if (getpeername(watch->fd, (struct sockaddr *)&dog.peer, &dog.peer_len) != 0)
            dog.peer_len = 0;
    }
    watch->next = dog.entries;
    dog.entries = watch;
    unlock_dog();
    apr_pool_cleanup_register(conn_pool, watch, unregister, apr_pool_cleanup_null);
}

db_watch_t *db_watch_find(const apr_dbd_t *handle)
{
    db_watch_t *watch;

    lock_dog();
    for (watch = dog.entries; watch != NULL && watch->handle != handle; watch = watch->next)
        ;
    unlock_dog();
    return watch;
}

void db_watch_use(db_watch_t *watch, int in_use)
{
    if (watch != NULL)
        atomic_store(&watch->in_use, in_use);
}

void db_watch_begin(db_watch_t *watch, apr_interval_time_t patience)
{
    if (watch != NULL)
        atomic_store(&watch->since, apr_time_now() + patience);
}

db_cut_t db_watch_end(db_watch_t *watch)
{
    if (watch == NULL)
        return DB_UNCUT;
    atomic_store(&watch->since, 0);
    return (db_cut_t)atomic_load(&watch->cut);
}

int db_watch_opening(db_opening_t *opening)
{
    int allowed;

    lock_dog();
    allowed = !dog.suspect || !dog.probing;
    if (allowed) {
        opening->since = apr_time_now();
        opening->probing = dog.suspect;
        dog.probing = dog.suspect;
        opening->next = dog.openings;
        dog.openings = opening;
    }
    unlock_dog();
    return allowed;
}

void db_watch_opened(db_opening_t *opening, int success)
{
    db_opening_t **link;

    lock_dog();
    for (link = &dog.openings; *link != NULL; link = &(*link)->next) {
        if (*link == opening) {
            *link = opening->next;
            break;
        }
    }
    if (opening->probing)
        dog.probing = 0;
    if (success)
        dog.suspect = 0;
    unlock_dog();
}

static void cut(db_watch_t *watch, db_cut_t why)
{
    int uncut = DB_UNCUT;

    if (atomic_compare_exchange_strong(&watch->cut, &uncut, why))
        shutdown(watch->fd, SHUT_RDWR);
}

void db_watch_cut(db_watch_t *watch)
{
    if (watch != NULL)
        cut(watch, DB_CUT_STALLED);
}

static int is_registered(ino_t inode)
{
    const db_watch_t *watch;

    for (watch = dog.entries; watch != NULL; watch = watch->next) {
        if (watch->inode == inode)
            return 1;
    }
    return 0;
}

/* Looks at a duplicate: what is behind a bare number may change any moment. */
static void cut_if_handshaking(int number)
{
    struct sockaddr_storage peer;
    socklen_t len = sizeof peer;
    int fd = fcntl(number, F_DUPFD_CLOEXEC, 3);
    struct stat st;

    if (fd < 0)
        return;
    memset(&peer, 0, sizeof peer);
    if (fstat(fd, &st) == 0 && S_ISSOCK(st.st_mode) && !is_registered(st.st_ino) &&
        getpeername(fd, (struct sockaddr *)&peer, &len) == 0 && len == dog.peer_len &&
        memcmp(&peer, &dog.peer, len) == 0)
        shutdown(fd, SHUT_RDWR);
    close(fd);
}

/*
 * A thread hangs in taking a connection: in the ping of an idle one, or before the handshake of a
 * new one is done. The latter is registered nowhere, so sockets to the server's address are looked
 * for among all of the process.
 */
static void cut_openings(void)
{
    db_watch_t *watch;
    struct dirent *file;
    DIR *dir;

    for (watch = dog.entries; watch != NULL; watch = watch->next) {
        if (!atomic_load(&watch->in_use))
            db_watch_cut(watch);
    }
    dir = dog.peer_len > 0 ? opendir("/proc/self/fd") : NULL;
    while (dir != NULL && (file = readdir(dir)) != NULL) {
        int number = (int)strtol(file->d_name, NULL, 10);

        if (number > 2 && number != dirfd(dir))
            cut_if_handshaking(number);
    }
    if (dir != NULL)
        closedir(dir);
}

static void look(apr_time_t now)
{
    const db_opening_t *opening;
    db_watch_t *watch;
    int calls = 0, openings = 0, hurry = dog.hurry != NULL && dog.hurry();

    for (watch = dog.entries; watch != NULL; watch = watch->next) {
        apr_time_t since = atomic_load(&watch->since);

        if (hurry && since > now)
            cut(watch, DB_CUT_HURRIED);
        if (since != 0 && now - since > dog.limit && !atomic_load(&watch->cut)) {
            db_watch_cut(watch);
            calls++;
        }
    }
    for (opening = dog.openings; opening != NULL; opening = opening->next)
        openings += now - opening->since > dog.limit;
    if (openings > 0)
        cut_openings();
    if (calls + openings == 0)
        return;
    if (!dog.suspect)
        wall_log(dog.logger, WALL_LOG_ERR, WALLNO(00140) "the database server has not answered for "
                 "%d seconds: %d statements and %d new connections given up",
                 (int)apr_time_sec(dog.limit), calls, openings);
    dog.suspect = 1;
}

static void *watch_over(void *unused)
{
    struct timespec until;

    pthread_mutex_lock(&dog.lock);
    while (!dog.stopping) {
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += TICK_MS * 1000000L;
        if (until.tv_nsec >= 1000000000L) {
            until.tv_sec++;
            until.tv_nsec -= 1000000000L;
        }
        pthread_cond_timedwait(&dog.stop, &dog.lock, &until);
        look(apr_time_now());
    }
    pthread_mutex_unlock(&dog.lock);
    return NULL;
}

void wall_db_watchdog_hurry(int (*asked)(void))
{
    lock_dog();
    dog.hurry = asked;
    unlock_dog();
}

static apr_status_t stop(void *unused)
{
    int running;

    lock_dog();
    running = dog.running;
    dog.stopping = 1;
    pthread_cond_signal(&dog.stop);
    unlock_dog();
    if (running)
        pthread_join(dog.thread, NULL);
    lock_dog();
    dog.running = dog.stopping = 0;
    unlock_dog();
    return APR_SUCCESS;
}

wall_rc_t wall_db_watchdog_start(apr_pool_t *process_pool, int seconds, const wall_logger_t *logger)
{
    sigset_t all, before;
    int failed = 0, running;

    lock_dog();
    running = dog.running;
    if (!running) {
        dog.limit = apr_time_from_sec(seconds);
        dog.logger = logger;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);
        failed = pthread_create(&dog.thread, NULL, watch_over, NULL);
        pthread_sigmask(SIG_SETMASK, &before, NULL);
        dog.running = !failed;
    }
    unlock_dog();
    if (failed) {
        wall_log(logger, WALL_LOG_ERR, WALLNO(00141) "the database watchdog cannot be started: "
                 "pthread_create returned %d", failed);
        return WALL_E_INTERNAL;
    }
    if (!running)
        apr_pool_cleanup_register(process_pool, NULL, stop, apr_pool_cleanup_null);
    return WALL_OK;
}
