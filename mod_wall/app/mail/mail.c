/* SPDX-License-Identifier: Apache-2.0 */
#include "app/mail/mail.h"

#include <apr_strings.h>
#include <string.h>

#include "app/mail/mail_jobs.h"
#include "app/mail/mail_private.h"
#include "core/crypto.h"
#include "core/site.h"
#include "io/db.h"
#include "io/redis.h"
#include "io/sql_statements.h"

#define SHOWN_MAX 50

static const char *const kind_names[] = {
#define X(sym, name, button) [MAIL_##sym] = name,
    MAIL_KINDS(X)
#undef X
};

static const wall_field_t content_fields[] = {
    WALL_STRS(mail_content_t, values),
    WALL_STR(mail_content_t, link),
    WALL_FIELDS_END
};
const wall_shape_t mail_content_shape =
    WALL_SHAPE_OF("MailContent", mail_content_t, content_fields);

const char *mail_kind_name(mail_kind_t kind)
{
    return kind_names[kind];
}

int mail_enabled(const wall_cx_t *cx)
{
    return strcmp(cx->site->mail, "none") != 0;
}

int mail_dry(const wall_cx_t *cx)
{
    return strncmp(cx->site->mail, "file:", 5) == 0;
}

typedef struct person_t {
    const char *address;
    const char *language;
} person_t;

static const wall_field_t person_fields[] = { WALL_STR(person_t, address),
                                              WALL_STR(person_t, language), WALL_FIELDS_END };
static const wall_shape_t person_shape = WALL_SHAPE_OF("MailPerson", person_t, person_fields);

const char *mail_seal_row(wall_cx_t *cx, const char *address)
{
    return apr_pstrcat(cx->pool, "mails:", address, NULL);
}

static const char *content_of(wall_cx_t *cx, const mail_t *mail, const char *address)
{
    mail_content_t content = { .values = apr_array_make(cx->pool, 8, sizeof(const char *)) };
    wall_buf_t json;

    if (mail->link != NULL)
        content.link = wall_seal(cx->pool, cx->site->secret, MAIL_SEAL, mail_seal_row(cx, address),
                                 wall_bytes_of(mail->link));

    for (const char *const *at = mail->values; at != NULL && *at != NULL; at++)
        *(const char **)apr_array_push(content.values) = *at;
    wall_buf_init(&json, cx->pool, 256);
    wall_fields_encode(&json, &mail_content_shape, &content);
    return json.data;
}

void mail_ring(wall_cx_t *cx)
{
    wall_redis_ring(cx, MAIL_BELL);
}

static void ring_committed(wall_cx_t *cx, void *baton)
{
    mail_ring(cx);
}

wall_rc_t mail_queue(wall_cx_t *cx, const mail_t *mail)
{
    person_t person = { .address = mail->address, .language = mail->language };
    wall_rc_t rc;

    if (!mail_enabled(cx))
        return WALL_OK;
    if (mail->user_id != 0 && (mail->address == NULL || mail->language == NULL)) {
        rc = wall_db_one(cx, sql_mail_person(mail->user_id), &person_shape, &person);
        if (rc != WALL_OK)
            return rc;
        person.address = mail->address != NULL ? mail->address : person.address;
        person.language = mail->language != NULL ? mail->language : person.language;
    }
    rc = wall_db_exec(cx,
                      sql_mail_add(mail_kind_name(mail->kind),
                                   mail->user_id != 0 ? &mail->user_id : NULL, person.address,
                                   person.language != NULL ? person.language : cx->language,
                                   content_of(cx, mail, person.address)),
                      NULL);
    if (rc == WALL_OK)
        wall_db_after_commit(cx, ring_committed, NULL);
    return rc;
}

wall_rc_t mail_shown(wall_cx_t *cx, apr_array_header_t **out)
{
    const char *reader = cx->language;
    apr_array_header_t *rows;
    wall_rc_t rc = wall_db_list(cx, sql_mail_shown(SHOWN_MAX), &mail_row_shape, &rows);

    *out = apr_array_make(cx->pool, SHOWN_MAX, sizeof(mail_shown_t));
    for (int i = 0; rc == WALL_OK && i < rows->nelts; i++) {
        const mail_row_t *row = &APR_ARRAY_IDX(rows, i, mail_row_t);
        mail_words_t words;

        cx->language = row->language != NULL ? row->language : "en";
        if (mail_write(cx, row, &words) == WALL_OK)
            *(mail_shown_t *)apr_array_push(*out) = (mail_shown_t){
                .mail_id = row->mail_id, .address = row->address, .subject = words.subject,
                .text = words.text, .link = words.link
            };
    }
    cx->language = reader;
    return rc;
}
