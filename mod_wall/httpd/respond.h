/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_HTTPD_RESPOND_H
#define WALL_HTTPD_RESPOND_H

/**
 * @file respond.h
 * Writing answers: the envelope, errors as envelope or problem document (RFC 9457), and the headers
 * all of them have. The database connection is given back before anything here is called.
 */
#include "httpd/exchange.h"

/** Sends x->answer with its headers; a GET gets an entity tag and may become 304. */
int wall_respond(wall_exchange_t *x);
/** Sends the error @a rc with what wall_fail() recorded. */
int wall_respond_error(wall_exchange_t *x, wall_rc_t rc);
/** Answers OPTIONS. */
int wall_respond_allow(wall_exchange_t *x);
/** Sets the headers that every API answer has; wall_respond() does it itself. */
void wall_respond_headers(wall_exchange_t *x);

/** Sets or clears the cookies cx->reply asks for: session, language. */
void wall_respond_cookies(wall_exchange_t *x);

/** Sends @a bytes with a Content-Length. @return what a handler returns */
int wall_send(request_rec *r, int status, const char *type, wall_bytes_t bytes);
/** As wall_send() with 200, or 304 when the client has these very bytes. */
int wall_send_tagged(request_rec *r, const char *type, wall_bytes_t bytes);

#endif
