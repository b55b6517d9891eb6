/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_PAGES_H
#define WALL_APP_PAGES_H

/**
 * @file pages.h
 * What page URLs answer before any script runs: the same regions and class names as the web client
 * draws (htdocs/src/pages), as real HTML with real links and forms. Last in the order of domains; it
 * composes what the others offer and has no rules of its own.
 */
#include "core/route.h"

struct wall_document_t;

extern const wall_route_t pages_routes[];

/** The page for an address without one, or not for this reader, or that failed. */
wall_rc_t pages_failed(wall_cx_t *cx, wall_rc_t failure, struct wall_document_t *doc);

#endif
