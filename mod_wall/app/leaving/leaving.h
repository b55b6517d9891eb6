/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_LEAVING_H
#define WALL_APP_LEAVING_H

/**
 * @file leaving.h
 * Taking one's data along, and going: a ZIP of everything, an account nobody sees until its owner is
 * back, an account that is erased after LEAVING_GRACE_DAYS. What a domain keeps of a person is named
 * in two tables of this folder: export_parts.c (what is given out) and erase.c (what is deleted).
 */
#include "core/cx.h"
#include "core/route.h"

/** Days in which signing in takes a deletion back. */
#define LEAVING_GRACE_DAYS 14
/** Days a copy can be downloaded. */
#define LEAVING_EXPORT_DAYS 7
/** How often the worker tries to write a copy. */
#define LEAVING_EXPORT_ATTEMPTS 3

/* ---- the worker's side ---- */

/**
 * Writes the copy that has waited longest, if any waits: a ZIP below WallMediaRoot/exports, made in
 * a file of another name and shown once whole. @param did 1 when there was one, written or not
 * @return WALL_OK also when writing failed (it is tried again); else what the database said
 */
wall_rc_t leaving_export_next(wall_cx_t *cx, int *did);
/**
 * Erases the person whose grace ended first, if any did. May be ended at any statement and begun
 * again. @param did 1 when there was one
 */
wall_rc_t leaving_erase_next(wall_cx_t *cx, int *did);
/** Removes copies that ran out, and files no row names. */
wall_rc_t leaving_sweep(wall_cx_t *cx);

extern const wall_route_t leaving_routes[];

#endif
