/* SPDX-License-Identifier: Apache-2.0 */
/* How many streams there may be. A child has only so many descriptors, so that is where they are
 * counted: by all, by each user and by each address, lest one visitor take them from the others. */
#include <apr_hash.h>
#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "core/site.h"
#include "httpd/hub_private.h"
#include "httpd/metrics.h"
#include "io/limiter.h"

/* Of one child, times WallRateFactor. A browser has one stream for all its tabs, and one more for
 * each job it follows by itself; behind an address there may be a household or an office. */
#define USER_MAX    20
#define ADDRESS_MAX 60

/** A user or an address with streams. */
struct hub_caller_t {
    apr_int64_t count;
    char name[]; /* site and who */
};

static struct {
    pthread_mutex_t mutex;
    apr_pool_t *pool; /* of the table; entries are malloc'ed */
    apr_hash_t *callers;
    apr_uint32_t taken, max;
} places = { .mutex = PTHREAD_MUTEX_INITIALIZER };

/** Streams may have three quarters of the descriptors; requests need the others. */
static apr_uint32_t places_allowed(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur > 4 * 1000000) {
        return 1000000;
    }
    return (apr_uint32_t)(limit.rlim_cur / 4 * 3);
}

void hub_places_open(void)
{
    apr_pool_create_unmanaged_ex(&places.pool, NULL, NULL);
    places.callers = apr_hash_make(places.pool);
    places.max = places_allowed();
    places.taken = 0;
}

void hub_places_close(void)
{
    pthread_mutex_lock(&places.mutex);
    places.max = 0;
    pthread_mutex_unlock(&places.mutex);
}

static void give_back(struct hub_caller_t *caller)
{
    if (caller && --caller->count == 0) {
        apr_hash_set(places.callers, caller->name, APR_HASH_KEY_STRING, NULL);
        free(caller);
    }
}

/** Counts one more of @a who. @return NULL when there are @a max already */
static struct hub_caller_t *take(wall_cx_t *cx, const char *who, apr_int64_t max)
{
    const char *name = apr_pstrcat(cx->pool, cx->site->site, " ", who, NULL);
    struct hub_caller_t *caller = apr_hash_get(places.callers, name, APR_HASH_KEY_STRING);
    size_t size = strlen(name) + 1;

    if (!caller) {
        caller = malloc(sizeof(*caller) + size);
        if (!caller) {
            return NULL;
        }
        caller->count = 0;
        memcpy(caller->name, name, size);
        apr_hash_set(places.callers, caller->name, APR_HASH_KEY_STRING, caller);
    }
    if (caller->count >= max) {
        return NULL;
    }
    caller->count++;
    return caller;
}

static wall_rc_t take_all(wall_cx_t *cx, wall_hub_place_t *place)
{
    const apr_int64_t factor = cx->site->rate_factor > 0 ? cx->site->rate_factor : 1;

    if (places.taken >= places.max) {
        return WALL_E_BUSY;
    }
    place->address = take(cx, wall_limit_address(cx), ADDRESS_MAX * factor);
    if (!place->address) {
        return WALL_E_RATE_LIMITED;
    }
    if (cx->viewer.user_id) {
        place->user = take(cx, wall_limit_who(cx), USER_MAX * factor);
        if (!place->user) {
            give_back(place->address);
            place->address = NULL;
            return WALL_E_RATE_LIMITED;
        }
    }
    places.taken++;
    wall_metrics_streams(places.taken);
    return WALL_OK;
}

wall_rc_t wall_hub_reserve(wall_cx_t *cx, wall_hub_place_t *place)
{
    wall_rc_t rc;

    place->user = place->address = NULL;
    pthread_mutex_lock(&places.mutex);
    rc = take_all(cx, place);
    pthread_mutex_unlock(&places.mutex);
    return rc == WALL_E_RATE_LIMITED
               ? wall_fail(cx, rc, NULL, WALL_WHY(TOO_MUCH_FOLLOWED))
               : rc;
}

void wall_hub_unreserve(const wall_hub_place_t *place)
{
    pthread_mutex_lock(&places.mutex);
    give_back(place->user);
    give_back(place->address);
    places.taken--;
    wall_metrics_streams(places.taken);
    pthread_mutex_unlock(&places.mutex);
}
