/* SPDX-License-Identifier: Apache-2.0 */
#include "core/cx.h"

#include <apr_strings.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/messages.h"
#include "core/timefmt.h"
#include "core/site.h"

/* Not apr_pvsprintf(): it knows neither %lld nor %zu, and the compiler checks against printf's. */
static const char *format(apr_pool_t *pool, const char *fmt, va_list args)
{
    va_list again;
    char *text;
    int len;

    va_copy(again, args);
    len = vsnprintf(NULL, 0, fmt, again);
    va_end(again);
    text = apr_palloc(pool, (size_t)(len < 0 ? 0 : len) + 1);
    text[0] = '\0';
    if (len > 0)
        vsnprintf(text, (size_t)len + 1, fmt, args);
    return text;
}

static void add_detail(wall_cx_t *cx, const char *name, const char *text, apr_int64_t number)
{
    wall_detail_t *detail;

    if (cx->details == NULL)
        cx->details = apr_array_make(cx->pool, 4, sizeof(wall_detail_t));
    detail = apr_array_push(cx->details);
    detail->name = apr_pstrdup(cx->pool, name);
    detail->text = text;
    detail->number = number;
}

/* Another kind of failure replaces the one recorded before; the same kind adds to it. */
static void begin_failure(wall_cx_t *cx, wall_rc_t rc)
{
    if (cx->failed != WALL_OK && cx->failed != rc)
        wall_fail_clear(cx);
    cx->failed = rc;
}

wall_rc_t wall_fail(wall_cx_t *cx, wall_rc_t rc, const char *field, wall_why_t why)
{
    const char *reason = wall_why_text(cx, why);

    begin_failure(cx, rc);
    if (field != NULL)
        add_detail(cx, field, reason != NULL ? reason : wall_error_text(cx, rc), 0);
    /* What is wrong with one of many fields is no headline for all of them. */
    if (reason != NULL && (field == NULL || rc != WALL_E_VALIDATION))
        cx->failure_message = reason;
    return rc;
}

const char *wall_fail_text(wall_cx_t *cx, wall_rc_t rc)
{
    /* What went wrong inside is not for the outside. */
    if (cx->failed == rc && cx->failure_message != NULL && wall_error_status(rc) < 500)
        return cx->failure_message;
    return wall_error_text(cx, rc);
}

void wall_fail_number(wall_cx_t *cx, const char *name, apr_int64_t value)
{
    add_detail(cx, name, NULL, value);
}

void wall_fail_time(wall_cx_t *cx, const char *name, apr_time_t t)
{
    char text[WALL_RFC3339_LEN + 1];

    wall_time_rfc3339(text, t);
    add_detail(cx, name, apr_pstrdup(cx->pool, text), 0);
}

wall_rc_t wall_fail_log(wall_cx_t *cx, wall_rc_t rc, const char *fmt, ...)
{
    va_list args;

    begin_failure(cx, rc);
    va_start(args, fmt);
    cx->failure_log = format(cx->pool, fmt, args);
    va_end(args);
    wall_log(cx->logger, WALL_LOG_ERR, "%s", cx->failure_log);
    wall_fail_count(cx, rc);
    return rc;
}

void wall_fail_count(wall_cx_t *cx, wall_rc_t rc)
{
    if (cx->failures != NULL)
        __atomic_fetch_add(&cx->failures[rc], 1, __ATOMIC_RELAXED);
}

void wall_fail_clear(wall_cx_t *cx)
{
    cx->failed = WALL_OK;
    cx->details = NULL;
    cx->failure_message = NULL;
    cx->failure_log = NULL;
}

const char *wall_cookie_value(apr_pool_t *pool, const char *header, const char *name)
{
    size_t len = strlen(name);

    for (const char *at = header; at != NULL && *at != '\0';) {
        const char *end = strchrnul(at, ';');

        at += strspn(at, " \t");
        if (strncmp(at, name, len) == 0 && at[len] == '=')
            return apr_pstrmemdup(pool, at + len + 1, (apr_size_t)(end - at) - len - 1);
        at = *end != '\0' ? end + 1 : end;
    }
    return NULL;
}

const char *wall_cookie_name(const wall_cx_t *cx, const char *name)
{
    return apr_pstrcat(cx->pool, cx->site->secure ? "__Host-wall-" : "wall-", name, NULL);
}

const char *wall_cx_cookie(const wall_cx_t *cx, const char *name)
{
    return wall_cookie_value(cx->pool, cx->cookies, wall_cookie_name(cx, name));
}

void wall_reply_cookie(wall_cx_t *cx, const char *name, const char *value, apr_int64_t max_age)
{
    wall_cookie_t *cookie = NULL;

    if (cx->reply.cookies == NULL)
        cx->reply.cookies = apr_array_make(cx->pool, 2, sizeof(wall_cookie_t));
    /* What is set again, by a transaction's second attempt perhaps, is sent once. */
    for (int i = 0; i < cx->reply.cookies->nelts; i++) {
        if (strcmp(APR_ARRAY_IDX(cx->reply.cookies, i, wall_cookie_t).name, name) == 0)
            cookie = &APR_ARRAY_IDX(cx->reply.cookies, i, wall_cookie_t);
    }
    if (cookie == NULL)
        cookie = apr_array_push(cx->reply.cookies);
    *cookie = (wall_cookie_t){ .name = name, .value = value, .max_age = max_age };
}
