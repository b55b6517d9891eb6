/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_PURCHASES_JOBS_H
#define WALL_APP_PURCHASES_JOBS_H

/** @file purchases_jobs.h What the worker's housekeeping does about purchases. */
#include "core/cx.h"

/**
 * One round: events that were waiting for their purchase are applied, providers are asked about
 * purchases they have said nothing of for too long, what nobody will pay any more is closed, old events
 * are forgotten. What cannot be reached now is asked later: never an error because of that.
 */
wall_rc_t purchases_reconcile(wall_cx_t *cx);

#endif
