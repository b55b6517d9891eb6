/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_APPS_JOBS_H
#define WALL_APP_APPS_JOBS_H

/**
 * @file apps_jobs.h
 * A job's life as the worker leads it. Each step is one transaction that holds job, app, bricks and
 * what is to be told; each carries the fence of the claim, so a step of somebody who has lost the
 * job meanwhile changes nothing and says so (WALL_E_CONFLICT, not recorded). Each may be tried
 * again after a lost connection: what has happened does not happen twice.
 */
#include "app/apps/answer.h"
#include "core/cx.h"
#include "core/fields.h"

struct apps_job_t;

/** A claimed job. Strings in the pool of the cx that claimed it. */
typedef struct apps_claim_t {
    const char *job_id;
    apr_int64_t app_id;
    apr_int64_t user_id;
    apr_int64_t priority;
    apr_int64_t attempts; /* this one included */
    apr_int64_t max_attempts;
    apr_int64_t fence;
    apr_int64_t held;     /* bricks */
    apr_int64_t tokens_per_brick; /* the price it was asked for at */
    const char *user_prompt;
    apr_int64_t waited_us; /* from its creation to this claim */
} apps_claim_t;
/** Of its rows; a statement need not have all columns. */
extern const wall_shape_t apps_claim_shape;

/** Takes a waiting job for @a cx->site->job_lease seconds. WALL_E_NOT_FOUND: not to be had. */
wall_rc_t apps_job_claim(wall_cx_t *cx, const char *job_id, apps_claim_t *out);
/** Keeps it for another lease. WALL_E_CONFLICT: it is not ours any more. */
wall_rc_t apps_job_renew(wall_cx_t *cx, const apps_claim_t *claim, apr_int64_t percent);

typedef struct apps_result_t {
    answer_code_t code;
    const char *model;
    apr_int64_t generation_ms;
    apr_int64_t prompt_tokens;
    apr_int64_t completion_tokens;
} apps_result_t;

/** Bricks @a tokens cost this claim: rounded up, never more than is held. */
apr_int64_t apps_job_cost(const apps_claim_t *claim, apr_int64_t tokens);
/** Stores the app, uses what it cost, returns the rest of the hold. */
wall_rc_t apps_job_complete(wall_cx_t *cx, const apps_claim_t *claim, const apps_result_t *result);

/* X(symbol, code callers see, what happened in English) – {n} is apps_failure_t::seconds. Key of the
 * translations: "job." #symbol; a guard compares the two. What becomes of the bricks is added, see
 * apps_failure_text(). */
#define APPS_FAILURES(X)                                                                           \
    X(ANSWER_CUT, "ANSWER_CUT", "The AI closed the connection before it wrote anything.")          \
    X(ANSWER_CUT_HTML, "ANSWER_CUT", "The code stopped halfway through the page, after {n} s.")    \
    X(ANSWER_CUT_CSS, "ANSWER_CUT", "The code stopped halfway through the styles, after {n} s.")   \
    X(ANSWER_CUT_JS, "ANSWER_CUT", "The code stopped halfway through the script, after {n} s.")    \
    X(ANSWER_UNUSABLE, "ANSWER_UNUSABLE", "The AI answered with something that is no app.")        \
    X(APP_TOO_LARGE, "APP_TOO_LARGE", "The app grew larger than this site accepts.")               \
    X(EXPIRED, "EXPIRED", "Nobody got to your app for a whole day.")                               \
    X(MODEL_BUSY, "MODEL_BUSY", "The AI had too much to do.")                                      \
    X(MODEL_ERROR, "MODEL_ERROR", "The AI broke down while it was working on your app.")           \
    X(MODEL_NOT_FOUND, "MODEL_NOT_FOUND",                                                          \
      "The AI model of this site is not installed. Its administrator has to add it.")              \
    X(MODEL_REFUSED, "MODEL_REFUSED", "The AI refused the request.")                               \
    X(MODEL_UNAVAILABLE, "MODEL_UNAVAILABLE", "The AI could not be reached.")                      \
    X(NOT_STORED, "NOT_STORED", "The finished app could not be stored.")                           \
    X(TIMED_OUT, "TIMED_OUT", "The AI did not answer within {n} s.")                               \
    X(TIMED_OUT_LATER, "TIMED_OUT", "The AI stopped answering; it was given up after {n} s.")      \
    X(WORKER_LOST, "WORKER_LOST", "The worker stopped in the middle of writing your app.")

typedef enum apps_reason_t {
    APPS_NOTHING_FAILED,
#define X(sym, code, text) APPS_##sym,
    APPS_FAILURES(X)
#undef X
    APPS_REASON__COUNT
} apps_reason_t;

typedef struct apps_failure_t {
    apps_reason_t reason;
    apr_int64_t seconds; /* how long it had taken, where the sentence says so */
    int again;           /* worth another attempt, if there is one left */
    int soon;            /* … without a pause: nobody is overloaded, the answer was no good */
} apps_failure_t;

/** Code callers see, such as MODEL_BUSY; static; NULL for APPS_NOTHING_FAILED. */
const char *apps_failure_code(apps_reason_t reason);
/** What is stored to say it again in another language: the symbol; static. */
const char *apps_failure_symbol(apps_reason_t reason);
/**
 * What happened and what became of the bricks, in cx->language.
 * @param reason  symbol of APPS_FAILURES as it was stored; NULL or unknown: @a stored as it is
 * @param stored  the English sentences
 * @param held    bricks of the job
 * @param waiting it is tried again; else all bricks went back
 */
const char *apps_failure_text(wall_cx_t *cx, const char *reason, const char *stored,
                              apr_int64_t seconds, apr_int64_t held, int waiting);

/** Back to the queue after a pause when there is an attempt left, else failed with all bricks back. */
wall_rc_t apps_job_fail(wall_cx_t *cx, const apps_claim_t *claim, const apps_failure_t *failure);
/** Fails it whatever attempts are left. @param waiting it is queued, not processing */
wall_rc_t apps_job_give_up(wall_cx_t *cx, const apps_claim_t *claim, const apps_failure_t *failure,
                           int waiting);
/** Gives the job back as it was before the claim: the worker is stopping. */
wall_rc_t apps_job_hand_back(wall_cx_t *cx, const apps_claim_t *claim);

/* ---- housekeeping; each handles a bounded batch ---- */

/** Jobs whose lease has run out: again, or failed when no attempt is left. */
wall_rc_t apps_jobs_reclaim(wall_cx_t *cx);
/** Rings for jobs whose pause is over; with @a all for every waiting one Redis does not know. */
wall_rc_t apps_jobs_ring(wall_cx_t *cx, int all);
/** The job that has waited longest, without asking Redis. WALL_E_NOT_FOUND when none waits. */
wall_rc_t apps_oldest_waiting(wall_cx_t *cx, const char **job_id);
/** Holds that have expired: their waiting jobs fail, the bricks go back. */
wall_rc_t apps_jobs_expire(wall_cx_t *cx);
/** Mean duration of the last twenty jobs in milliseconds. WALL_E_NOT_FOUND before the first. */
wall_rc_t apps_mean_ms(wall_cx_t *cx, apr_int64_t *out);

/** Whether asking for the same app anew may help after a failure with @a code. */
int apps_code_retryable(const char *code);

/* ---- what watchers are told, as JSON in cx->pool ---- */

/** What was paid for what. */
typedef struct apps_receipt_t {
    apr_int64_t bricks;
    apr_int64_t prompt_tokens;
    apr_int64_t completion_tokens;
    apr_int64_t tokens_per_brick;
} apps_receipt_t;

/** @param removed how many references to other sites were taken out of the code */
const char *apps_tell_completed(wall_cx_t *cx, apr_int64_t app_id, const apps_receipt_t *receipt,
                                int removed);
const char *apps_tell_failed(wall_cx_t *cx, const char *code, const char *message, int retryable,
                             int refunded);
const char *apps_tell_cancelled(wall_cx_t *cx, int refunded);

#endif
