/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_PAGES_PURCHASES_H
#define WALL_APP_PAGES_PURCHASES_H

/** @file pages_purchases.h Pages of buying bricks; private to pages/ but for the table. */
#include "app/purchases/purchases.h"
#include "core/document.h"

/** The packages as a form that begins a purchase; needs no script. A person is signed in. */
void pages_packages(wall_cx_t *cx, wall_document_t *doc, const purchases_packages_t *packages);

/** Routes of these pages, for app/routes.c. */
extern const wall_route_t pages_purchases_routes[];

#endif
