/* SPDX-License-Identifier: Apache-2.0 */
#include "app/mail/mail_jobs.h"

#include <apr_strings.h>
#include <string.h>

#include "app/mail/mail_private.h"
#include "core/ids.h"
#include "core/mime.h"
#include "core/site.h"
#include "io/db.h"
#include "io/smtp.h"
#include "io/sql_statements.h"

#define RECORD_FOR   apr_time_from_sec(25) /* with io/smtp.c's 60 s below MAIL_LEASE */
#define RECORD_PAUSE apr_time_from_msec(500)
#define PAUSE_MAX_MS (3600 * 1000)
#define KEPT_DAYS    30
#define SWEEP_AT_ONCE 500
#define ERROR_MAX    200 /* bytes kept of what went wrong */
/* From this attempt on it is more than a hiccup. */
#define WARN_FROM 5

static const wall_field_t row_fields[] = {
    WALL_I64(mail_row_t, mail_id),     WALL_I64(mail_row_t, fence),
    WALL_I64(mail_row_t, attempts),    WALL_STR(mail_row_t, kind),
    WALL_STR(mail_row_t, address),     WALL_STR(mail_row_t, language),
    WALL_STR(mail_row_t, content),     WALL_STR(mail_row_t, display_name),
    WALL_TIME(mail_row_t, created_at), WALL_FIELDS_END
};
const wall_shape_t mail_row_shape = WALL_SHAPE_OF("MailRow", mail_row_t, row_fields);

apr_int64_t mail_pause_ms(apr_int64_t attempts)
{
    return attempts > 12 ? PAUSE_MAX_MS : (apr_int64_t)1000 << (attempts - 1 < 0 ? 0 : attempts - 1);
}

/* A quarter more or less, so that mails that failed together do not come back together. */
static apr_int64_t jitter(apr_int64_t ms)
{
    apr_int64_t pause = ms < PAUSE_MAX_MS ? ms : PAUSE_MAX_MS;

    return pause * 3 / 4 + apr_time_now() % (pause / 2 + 1);
}

/** Claims the mail that is due next. WALL_E_NOT_FOUND when there is none, or another was quicker. */
static wall_rc_t claim(wall_cx_t *cx, mail_row_t *row)
{
    apr_int64_t affected = 0;
    wall_rc_t rc = wall_db_one(cx, sql_mail_due(), &mail_row_shape, row);

    if (rc == WALL_OK)
        rc = wall_db_exec(cx, sql_mail_claim(row->fence, MAIL_LEASE, row->mail_id), &affected);
    return rc == WALL_OK && affected == 0 ? WALL_E_NOT_FOUND : rc;
}

/** The message of a row as it is sent. @return NULL or what is wrong with it */
static const char *compose(wall_cx_t *cx, const mail_row_t *row, wall_buf_t *message)
{
    const char *host = strchr(cx->site->mail_from, '@') + 1, *unsafe;
    mail_words_t words;
    wall_mime_t mime = { .from = cx->site->mail_from, .to = row->address, .date = row->created_at };

    cx->language = row->language != NULL ? row->language : "en";
    if (mail_write(cx, row, &words) != WALL_OK)
        return "its kind or content is unknown";
    mime.from_name = strstr(cx->site->origin, "//") + 2;
    mime.subject = words.subject;
    mime.text = words.text;
    mime.html = words.html;
    mime.language = cx->language;
    /* The same for every attempt: who gets it twice can tell. */
    mime.message_id = apr_psprintf(cx->pool, "wall.%s.%" APR_INT64_T_FMT ".%" APR_INT64_T_FMT "@%s",
                                   cx->site->site, row->created_at, row->mail_id, host);
    unsafe = wall_mime_write(message, &mime);
    return unsafe != NULL ? apr_pstrcat(cx->pool, unsafe, " is not fit for a header", NULL) : NULL;
}

/* At most ERROR_MAX bytes, and only what any character set takes. */
static const char *printable(wall_cx_t *cx, const char *problem)
{
    char *text = apr_pstrndup(cx->pool, problem, ERROR_MAX);

    for (char *p = text; *p != '\0'; p++) {
        if ((unsigned char)*p < 0x20 || (unsigned char)*p >= 0x7f)
            *p = '?';
    }
    return text;
}

/* The mail server has the mail: a database that is away for a moment must not make it be sent again. */
static wall_rc_t record(wall_cx_t *cx, wall_query_t query)
{
    const apr_time_t until = apr_time_now() + RECORD_FOR;
    wall_rc_t rc;

    while ((rc = wall_db_exec(cx, query, NULL)) == WALL_E_DB_UNAVAILABLE && apr_time_now() < until) {
        wall_fail_clear(cx);
        wall_db_release(cx);
        apr_sleep(RECORD_PAUSE);
    }
    return rc;
}

static wall_rc_t conclude(wall_cx_t *cx, const mail_row_t *row, const wall_smtp_result_t *result)
{
    int dry = mail_dry(cx);
    const char *error;

    if (result->problem == NULL) {
        wall_cx_log(cx, WALL_LOG_INFO, WALLNO(00520) "mail %" APR_INT64_T_FMT " (%s) sent",
                    row->mail_id, row->kind);
        return record(cx, sql_mail_sent(dry, row->mail_id, row->fence));
    }
    error = printable(cx, result->problem);
    if (result->permanent || row->attempts >= MAIL_ATTEMPTS) {
        wall_cx_log(cx, WALL_LOG_WARN,
                    WALLNO(00521) "mail %" APR_INT64_T_FMT " (%s) is given up after attempt %" APR_INT64_T_FMT
                                  ": %s",
                    row->mail_id, row->kind, row->attempts, error);
        return record(cx, sql_mail_failed(error, row->mail_id, row->fence));
    }
    wall_cx_log(cx, row->attempts < WARN_FROM ? WALL_LOG_NOTICE : WALL_LOG_WARN,
                WALLNO(00522) "mail %" APR_INT64_T_FMT " (%s) was not sent, attempt %" APR_INT64_T_FMT ": %s",
                row->mail_id, row->kind, row->attempts, error);
    return record(cx, sql_mail_again(jitter(mail_pause_ms(row->attempts)), error, row->mail_id,
                                     row->fence));
}

wall_rc_t mail_send_next(wall_cx_t *cx, int *sent)
{
    wall_smtp_result_t result = { 0 };
    wall_buf_t message;
    mail_row_t row;
    wall_rc_t rc = claim(cx, &row);

    *sent = rc == WALL_OK;
    if (rc != WALL_OK)
        return rc == WALL_E_NOT_FOUND ? WALL_OK : rc;
    wall_db_release(cx); /* a mail server takes its time */
    wall_buf_init(&message, cx->pool, 8192);
    result.problem = compose(cx, &row, &message);
    result.permanent = result.problem != NULL;
    if (result.problem == NULL)
        wall_smtp_send(cx, row.address,
                       apr_psprintf(cx->pool, "%06" APR_INT64_T_FMT "-%s", row.mail_id, row.kind),
                       (wall_bytes_t){ message.data, message.len }, &result);
    return conclude(cx, &row, &result);
}

wall_rc_t mail_reclaim(wall_cx_t *cx)
{
    return wall_db_exec(cx, sql_mail_reclaim(MAIL_ATTEMPTS, "the worker ended while it sent this"), NULL);
}

wall_rc_t mail_sweep(wall_cx_t *cx)
{
    return wall_db_exec(cx, sql_mail_sweep(KEPT_DAYS, SWEEP_AT_ONCE), NULL);
}
