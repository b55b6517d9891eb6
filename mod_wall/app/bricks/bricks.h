/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_BRICKS_H
#define WALL_APP_BRICKS_H

/**
 * @file bricks.h
 * The one currency. Chart of accounts and proofs: README.md. Every movement is one row of bricks_transactions with a UNIQUE idempotency
 * key and entries that sum to zero; nothing is ever changed or deleted. users.bricks_balance and
 * bricks_held are a cache of two accounts, changed in the same transaction by conditional UPDATEs.
 *
 * The three verbs for bricks are hold, use, return: bricks_hold(), then exactly one of
 * bricks_capture() or bricks_release(), whoever comes first.
 */
#include "core/cx.h"
#include "core/route.h"

/* Accounts of the system; the migrations 0001 and 0009 create them with these ids. */
#define BRICKS_ACCOUNT_TREASURY 1 /* where given bricks come from; negative by what was given */
#define BRICKS_ACCOUNT_REVENUE  2 /* what was used */
#define BRICKS_ACCOUNT_SALES    3 /* where bought bricks come from; negative by what was sold */

/** A hold nobody resolved in this time is returned by housekeeping. */
#define BRICKS_HOLD_SECONDS (24 * 3600)

/** What a user has. */
typedef struct bricks_balance_t {
    apr_int64_t available;
    apr_int64_t held;
} bricks_balance_t;
extern const wall_shape_t bricks_balance_shape;

/** What became of a hold. */
typedef struct bricks_resolution_t {
    int resolved;         /* 0: somebody resolved it before, nothing was done now */
    apr_int64_t user_id;
    apr_int64_t amount;   /* what was held */
    apr_int64_t charged;  /* what was used */
    apr_int64_t returned; /* what went back: amount - charged */
} bricks_resolution_t;

/* X(symbol, text in the database) – what a movement was for. */
#define BRICKS_SOURCES(X)                                                                          \
    X(REGISTRATION, "registration")                                                                \
    X(DAILY_CLAIM, "daily_claim")                                                                  \
    X(REFERRAL, "referral") /* for bringing somebody: nothing posts it yet */                      \
    X(ADMIN_GRANT, "admin_grant")                                                                  \
    X(ADMIN_CORRECTION, "admin_correction")                                                        \
    X(AI_GENERATION, "ai_generation")                                                              \
    X(PURCHASE, "purchase")                                                                        \
    X(PURCHASE_REFUND, "purchase_refund")                                                          \
    X(PURCHASE_DISPUTE, "purchase_dispute")                                                        \
    X(DISPUTE_WON, "dispute_won")                                                                  \
    X(DEBT, "debt")                                                                                \
    X(ACCOUNT_ERASED, "account_erased")

typedef enum bricks_source_t {
#define X(sym, text) BRICKS_FROM_##sym,
    BRICKS_SOURCES(X)
#undef X
    BRICKS_SOURCE__COUNT
} bricks_source_t;
/** Its text; static. */
const char *bricks_source_name(bricks_source_t source);

/** Kinds of movements between a user and the system, as bricks_transactions.transaction_type. */
typedef enum bricks_type_t {
    BRICKS_BONUS,     /* given by the site: welcome, grants; negative: a correction */
    BRICKS_EARNED,    /* by coming back, by bringing others */
    BRICKS_PURCHASED, /* bought */
    BRICKS_SPENT,     /* used at once, without a hold */
    BRICKS_REFUNDED   /* a purchase undone: negative takes its bricks back */
} bricks_type_t;

/** One movement between the available bricks of a user and an account of the system. */
typedef struct bricks_movement_t {
    apr_int64_t user_id;
    bricks_type_t type;
    bricks_source_t source;
    apr_int64_t account;     /* BRICKS_ACCOUNT_… the bricks come from, or go to */
    apr_int64_t amount;      /* change of what is available; never 0 */
    const char *key;         /* UNIQUE over the site, at most 100 visible ASCII: what happens once */
    const char *description; /* a reason somebody gave, at most 500 characters, or NULL; stays for
                                ever, so nothing personal */
    const char *metadata;    /* a JSON object of at most 2,000 characters, or NULL */
    const char *job_id;      /* or NULL */
    apr_int64_t purchase_id; /* 0 = none */
    apr_int64_t actor_id;    /* who did it, where it was not the user; 0 = none */
} bricks_movement_t;

/** What a movement did. */
typedef struct bricks_posted_t {
    int done; /* 0: the key was posted before; the rest is what the first did */
    apr_int64_t transaction_id;
    apr_int64_t amount;
    apr_int64_t balance; /* available after it and, if it was posted now, after the debts it settled */
} bricks_posted_t;

/**
 * The verb for whatever gives or takes: checks and changes the cache, writes transaction and entries,
 * tells the user's pages after the commit. Joins the caller's transaction, or makes one. A key that was
 * posted before changes nothing and gives the first's result; the same key for another user or
 * another amount is an error of ours.
 * @param out may be NULL
 * @return WALL_E_INSUFFICIENT_BRICKS when less is available than is to be taken (the transaction is
 *         lost); WALL_E_NOT_FOUND when there is no such user
 */
wall_rc_t bricks_post(wall_cx_t *cx, const bricks_movement_t *movement, bricks_posted_t *out);

/**
 * Gives a new user the two accounts and @a welcome bricks out of the treasury. Call it in the
 * transaction that inserts the user. @a welcome 0 opens the accounts only.
 */
wall_rc_t bricks_open_account(wall_cx_t *cx, apr_int64_t user_id, apr_int64_t welcome);

/**
 * Takes the lock on the user's row before anything that references it: a foreign key's shared lock
 * that is raised later deadlocks two requests of one user. First statement of a transaction that
 * will hold. @return WALL_E_NOT_FOUND when there is no such user
 */
wall_rc_t bricks_lock(wall_cx_t *cx, apr_int64_t user_id);

/**
 * Moves @a amount (> 0) from available to held for @a job_id, whose row exists. In a transaction that has
 * read nothing before bricks_lock().
 * @return WALL_E_INSUFFICIENT_BRICKS with details `required` and `available`; WALL_E_SPENDING_LIMIT with
 *         `required`, `limit`, `spent` and `resets_at` when it would exceed the user's own monthly limit
 */
wall_rc_t bricks_hold(wall_cx_t *cx, apr_int64_t user_id, const char *job_id, apr_int64_t amount);
/**
 * Uses @a cost (0 … the amount held; more is an internal error) of the job's hold and returns the
 * rest. In the transaction that stores what was paid for. WALL_OK with out->resolved 0 when the hold
 * had been resolved before; WALL_E_NOT_FOUND when there is none.
 */
wall_rc_t bricks_capture(wall_cx_t *cx, const char *job_id, apr_int64_t cost,
                         bricks_resolution_t *out);
/** Returns all of the job's hold. Otherwise as bricks_capture(). */
wall_rc_t bricks_release(wall_cx_t *cx, const char *job_id, bricks_resolution_t *out);

wall_rc_t bricks_balance(wall_cx_t *cx, apr_int64_t user_id, bricks_balance_t *out);

/** What the site's own jobs have taught about a model; zero samples: nothing yet. */
typedef struct bricks_rate_t {
    apr_int64_t samples;
    apr_int64_t low_permille;  /* answers in thousandths of what bricks_expected_tokens() says: */
    apr_int64_t mean_permille; /* a tenth is shorter than low, */
    apr_int64_t high_permille; /* none was longer than high */
    apr_int64_t mean_bricks;   /* what an app cost */
} bricks_rate_t;

/** What counts when @a user_id asks for an app of the site's model. */
typedef struct bricks_terms_t {
    apr_int64_t available;
    int is_premium;
    apr_int64_t max_per_job;
    apr_int64_t priority; /* of the job: 0–7, higher goes first */
    bricks_rate_t rate;
} bricks_terms_t;
/** One row by keys. WALL_E_NOT_FOUND: no such user. */
wall_rc_t bricks_terms(wall_cx_t *cx, apr_int64_t user_id, bricks_terms_t *out);

/** The range one generation will cost. */
typedef struct bricks_range_t {
    apr_int64_t min;
    apr_int64_t max; /* this is what is held */
} bricks_range_t;
/*
 * The estimate (document 000, "Cost Estimation Algorithm": characters / 4 × complexity 1.5–3.0, + 20 %, as
 * a range). What is paid for is prompt *and* answer, so the formula's characters are those of the prompt and
 * of a plain app (BRICKS_PLAIN_APP):
 *
 *     expected = (characters of the prompt + BRICKS_PLAIN_APP) / 4 × complexity   tokens of the answer
 *     asked    = BRICKS_FRAME + characters of the prompt / 4                      tokens of the prompt
 *     least    = asked + expected × low
 *     most     = (asked + expected × high) × 1.2                                  this much is held
 *
 * both in bricks, rounded up. low and high are 0.6 and 2.0 until the site has BRICKS_ENOUGH_SAMPLES
 * finished apps of its model; then what a tenth of their answers was shorter than and what the longest
 * was, each as a part of `expected`, kept within BRICKS_RATE_LEAST and BRICKS_RATE_MOST. Housekeeping learns
 * from the last 200 apps of each model (bricks_learn()).
 */
#define BRICKS_FRAME          450  /* tokens of the instructions around every prompt (worker/prompt.c) */
#define BRICKS_PLAIN_APP      3600 /* characters */
#define BRICKS_ENOUGH_SAMPLES 10
#define BRICKS_RATE_LEAST     200  /* thousandths */
#define BRICKS_RATE_MOST      8000

/** Tokens the answer will take by the formula alone. */
apr_int64_t bricks_expected_tokens(const char *prompt);
/** Pure. At least 1 brick, at most @a max_per_job; min <= max. @param rate may be NULL: nothing known */
bricks_range_t bricks_estimate_prompt(const char *prompt, const bricks_rate_t *rate,
                                      apr_int64_t tokens_per_brick, apr_int64_t max_per_job);
/** What an app of the site costs on average: its model's mean, or what a usual prompt would. */
apr_int64_t bricks_mean_cost(const bricks_rate_t *rate, apr_int64_t tokens_per_brick);
/** Compares what answers took with what was expected, for each model. For housekeeping. */
wall_rc_t bricks_learn(wall_cx_t *cx);

/** The complexity of a prompt in percent, 150–300: length, listed features, words that mean work. */
int bricks_complexity(const char *prompt);
/** Bricks for @a tokens, rounded up; at least 1. */
apr_int64_t bricks_for_tokens(apr_int64_t tokens, apr_int64_t tokens_per_brick);

/** Bricks of the @a streak_days-th day in a row: nothing on the first, capped. */
struct wall_site_t;
apr_int64_t bricks_streak_bonus(const struct wall_site_t *site, apr_int64_t streak_days);
/** A signed-in user is here: gives them the day's bricks where the site does that by itself. */
void bricks_visit(wall_cx_t *cx);

/** Routes of the domain, for app/routes.c. */
extern const wall_route_t bricks_routes[];

#endif
