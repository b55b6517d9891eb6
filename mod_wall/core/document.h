/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_CORE_DOCUMENT_H
#define WALL_CORE_DOCUMENT_H

/**
 * @file document.h
 * What a page URL answers. A page is a route whose output is a document: its action fills the head,
 * the public content as HTML that is useful without script, and the API answers the web client
 * would ask for first. httpd/page.c puts it into the shell.
 */
#include "core/buf.h"
#include "core/cx.h"
#include "core/fields.h"

typedef struct wall_document_t {
    /* given to the action */
    const char *address; /* path and query as asked for */
    const char *icons;   /* URL of the icon sprite */
    /** A form sent without script and refused: what was typed (wall_param_t); else NULL. */
    const apr_array_header_t *typed;
    /* made by the action */
    const char *title;       /* of the tab; needed */
    const char *description; /* for search engines and link previews; NULL = the site's */
    const char *type;        /* Open Graph type; NULL = "website" */
    const char *canonical;   /* path of this content's one address; NULL = as asked for */
    const char *module;      /* the client's page, "posts/home": its script is fetched early */
    const char *redirect;    /* go there instead (303) */
    const char *glaze;       /* accent of the page's region; NULL = the site's */
    int hidden;              /* not for search engines */
    const char *theme;       /* the reader's, "dark"; NULL = as this browser has it */
    const char *time_zone;   /* the reader's; NULL = the site's */
    wall_buf_t body;         /* HTML of the page's region */
    wall_buf_t data;         /* members of a JSON object: address → answer */
    apr_int64_t app_bricks;  /* what an app costs here on average, at least 1 */
    wall_buf_t me;           /* JSON of the signed-in user; empty = a visitor */
} wall_document_t;

/** Gives the client the answer of GET @a address (below /api/v1). */
void wall_document_data(wall_document_t *doc, const char *address, const wall_shape_t *shape,
                        const void *answer);
/** What was typed into field @a name of a refused form, or "". */
const char *wall_document_typed(const wall_document_t *doc, const char *name);
/** Why field @a name was refused, or NULL. */
const char *wall_document_problem(const wall_cx_t *cx, const char *name);

#endif
