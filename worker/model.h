/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_WORKER_MODEL_H
#define WALL_WORKER_MODEL_H

/** @file model.h Ollama's HTTP API as far as Wall uses it: is it there, and write an app. */
#include "app/apps/apps_jobs.h"
#include "core/cx.h"
#include "worker/worker.h"

/** What is known about the model. */
typedef struct model_t {
    int reachable; /* something answers */
    int ok;        /* and it has the model */
    int thinks; /* has the capability "thinking": it must be told not to */
    apr_time_t asked_at;
    const char *problem; /* static; NULL when ok */
} model_t;

/** Asks /api/version and /api/show. */
void model_probe(wall_cx_t *cx, model_t *model);
/** Writes the heartbeats worker:ai (the lane lives, and what it knows about the model) and
 *  worker:ai:<pid>. */
void model_heartbeat(wall_cx_t *cx, const model_t *model);

/** How writing an app went. */
typedef enum model_end_t {
    MODEL_DONE,    /* result is filled */
    MODEL_FAILED,  /* failure is filled */
    MODEL_LOST,    /* the job is not ours any more, or cancelled: nothing is to be written */
    MODEL_STOPPED  /* this child has to stop: hand the job back */
} model_end_t;

/** Streams the app of @a claim from the model, telling those who watch; renews the lease meanwhile. */
model_end_t model_write(const lane_t *lane, wall_cx_t *cx, model_t *model,
                        const apps_claim_t *claim, apps_result_t *result, apps_failure_t *failure);

#endif
