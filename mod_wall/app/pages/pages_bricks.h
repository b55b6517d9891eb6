/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_PAGES_BRICKS_H
#define WALL_APP_PAGES_BRICKS_H

/** @file pages_bricks.h Pages about bricks; private to pages/. */
#include "app/bricks/history.h"
#include "app/bricks/status.h"
#include "core/document.h"

wall_rc_t pages_bricks(wall_cx_t *cx, const history_list_in_t *in, wall_document_t *doc);
/* As in the address; the client reads it. */
typedef struct pages_bricks_admin_in_t {
    const char *user; /* who is to be given bricks */
} pages_bricks_admin_in_t;

wall_rc_t pages_bricks_admin(wall_cx_t *cx, const pages_bricks_admin_in_t *in, wall_document_t *doc);
wall_rc_t pages_bricks_how(wall_cx_t *cx, const void *in, wall_document_t *doc);

/** Balance and bricks of the day. */
void pages_purse(wall_cx_t *cx, wall_document_t *doc, const bricks_status_t *status);
/** In words how far @a available reaches. */
const char *pages_reach(wall_cx_t *cx, const wall_document_t *doc, apr_int64_t available);

/** "ok", "low" or "bad": how far @a available reaches; a class of the style sheet and a message key below
 *  bricks.level. */
const char *pages_level(const wall_document_t *doc, apr_int64_t available);

#endif
