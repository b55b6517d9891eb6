/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_CORE_SCOPES_H
#define WALL_CORE_SCOPES_H

/**
 * @file scopes.h
 * What an API key may be allowed, once. A route names its scope (wall_route_t::scope); one that names
 * none cannot be reached with a key unless it needs no sign-in. A key's scopes are a bit set in the
 * order of the list, in memory only: at rest they are kept by name, so lines may be added anywhere.
 */

/* X(symbol, name, what it allows) – the text is for the API reference; people read the message
 * "scope." symbol. */
#define WALL_SCOPES(X)                                                                             \
    X(READ_ALL, "read:*", "Everything that one of the other read scopes allows.")                  \
    X(ACCOUNT_READ, "account:read", "Read your account and its settings.")                         \
    X(ACCOUNT_WRITE, "account:write", "Change your account's settings; nothing about signing in.") \
    X(WALLS_READ, "walls:read", "Read walls as you see them.")                                     \
    X(POSTS_READ, "posts:read", "Read posts as you see them.")                                     \
    X(EVENTS_READ, "events:read", "Hear at once of what happens to what you may see.")             \
    X(POSTS_WRITE, "posts:write", "Write and remove posts.")                                       \
    X(WALLS_WRITE, "walls:write", "Change the settings of your walls.")                            \
    X(APPS_READ, "apps:read", "Read apps and follow the jobs that make them.")                     \
    X(APPS_WRITE, "apps:write", "Have apps made, which spends bricks, and cancel jobs.")           \
    X(BRICKS_READ, "bricks:read", "Read your balance of bricks, estimates and transactions.")

typedef enum wall_scope_t {
#define X(sym, name, doc) WALL_SCOPE_##sym,
    WALL_SCOPES(X)
#undef X
    WALL_SCOPE__COUNT
} wall_scope_t;

/** Names in the list's order, NULL at the end. */
extern const char *const wall_scope_names[];
/** What each allows, in the list's order. */
extern const char *const wall_scope_docs[];

/** Bit of the scope @a name; 0 when there is none of that name. */
unsigned wall_scope_bit(const char *name);
/** The set of a list of names separated by spaces; names that are gone are left out. */
unsigned wall_scopes_read(const char *names);
/** 1 when a key that holds @a scopes may use a route of @a scope. */
int wall_scopes_allow(unsigned scopes, const char *scope);

#endif
