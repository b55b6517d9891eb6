/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_HTTPD_PAGE_H
#define WALL_HTTPD_PAGE_H

/**
 * @file page.h
 * Page URLs: runs the route's action (app/pages) and writes the document around what it made – head
 * with title, description, Open Graph and canonical link, the content, the client's data and script.
 */
#include <httpd.h>

#include "httpd/config.h"

/** Answers r->uri as a page; addresses no page has get the page that says so, with 404. */
int wall_page_serve(request_rec *r, wall_host_t *host);

#endif
