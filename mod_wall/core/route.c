/* SPDX-License-Identifier: Apache-2.0 */
#include "core/route.h"

#include <apr_strings.h>
#include <string.h>

#include "core/ascii.h"

#define SEGMENTS_MAX 16
#define METHODS      (WALL_DELETE + 1)

/* A tree of path segments. Each node is one prefix; a path is walked in one step a segment. */
typedef struct node_t {
    const char *text; /* literal segment; NULL below a parameter */
    size_t len;
    struct node_t *first; /* literal children, linked by next */
    struct node_t *next;
    struct node_t *param; /* child for any segment */
    const wall_route_t *routes[METHODS];
    int ends; /* some route ends here */
} node_t;

struct wall_router_t {
    node_t *root;
};

typedef struct segment_t {
    const char *text;
    size_t len;
} segment_t;

typedef struct walk_t {
    wall_method_t method;
    segment_t segments[SEGMENTS_MAX];
    int count;
    const wall_route_t *route;
    unsigned allowed;
} walk_t;

wall_stream_channel_t *wall_stream_add(apr_pool_t *pool, wall_stream_t *stream, const char *name)
{
    wall_stream_channel_t *channel;

    if (stream->channels == NULL)
        stream->channels = apr_array_make(pool, 1, sizeof(wall_stream_channel_t));
    channel = apr_array_push(stream->channels);
    memset(channel, 0, sizeof(*channel));
    channel->name = name;
    return channel;
}

/* ---- compiling ---- */

static node_t *literal_child(const node_t *node, const char *text, size_t len)
{
    node_t *child;

    for (child = node->first; child != NULL; child = child->next) {
        if (child->len == len && memcmp(child->text, text, len) == 0)
            return child;
    }
    return NULL;
}

static node_t *grow(apr_pool_t *pool, node_t *node, const char *text, size_t len)
{
    node_t *child;

    if (text[0] == '{') {
        if (node->param == NULL)
            node->param = apr_pcalloc(pool, sizeof(node_t));
        return node->param;
    }
    child = literal_child(node, text, len);
    if (child == NULL) {
        child = apr_pcalloc(pool, sizeof(node_t));
        child->text = text;
        child->len = len;
        child->next = node->first;
        node->first = child;
    }
    return child;
}

static void insert(apr_pool_t *pool, node_t *node, const wall_route_t *route)
{
    const char *at = route->path;

    while (*at == '/' && at[1] != '\0') {
        size_t len = strcspn(++at, "/");

        node = grow(pool, node, at, len);
        at += len;
    }
    node->routes[route->method] = route;
    node->ends = 1;
}

const struct wall_router_t *wall_router_make(apr_pool_t *pool, const wall_route_t *const *tables,
                                             const char **why)
{
    struct wall_router_t *router = apr_pcalloc(pool, sizeof(*router));
    const wall_route_t *route;

    *why = wall_routes_check(pool, tables);
    if (*why != NULL)
        return NULL;
    router->root = apr_pcalloc(pool, sizeof(node_t));
    for (; *tables != NULL; tables++) {
        for (route = *tables; route->id != NULL; route++)
            insert(pool, router->root, route);
    }
    return router;
}

/* ---- matching ---- */

/* RFC 3986 §2.1. Decoded after splitting, so an encoded slash stays inside its segment. */
static int percent_decode(apr_pool_t *pool, segment_t *segment)
{
    char *copy;
    size_t from, to = 0;

    if (memchr(segment->text, '%', segment->len) == NULL)
        return 1;
    copy = apr_palloc(pool, segment->len);
    for (from = 0; from < segment->len; from++) {
        char c = segment->text[from];

        if (c == '%') {
            int high, low;

            if (segment->len - from < 3)
                return 0;
            high = wall_hex_value(segment->text[from + 1]);
            low = wall_hex_value(segment->text[from + 2]);
            if (high < 0 || low < 0 || (high | low) == 0)
                return 0;
            c = (char)(high << 4 | low);
            from += 2;
        }
        copy[to++] = c;
    }
    segment->text = copy;
    segment->len = to;
    return 1;
}

static int split(apr_pool_t *pool, const char *path, walk_t *walk)
{
    walk->count = 0;
    if (strcmp(path, "/") == 0)
        return 1;
    while (*path == '/') {
        segment_t *segment;

        if (walk->count == SEGMENTS_MAX)
            return 0;
        segment = &walk->segments[walk->count++];
        segment->text = ++path;
        segment->len = strcspn(path, "/");
        path += segment->len;
        if (segment->len == 0 || !percent_decode(pool, segment))
            return 0;
    }
    return *path == '\0' && walk->count > 0;
}

/* Literal segments are tried first, so they win; a parameter's branch still counts for a method
 * (and for the allowed set) that the literal one lacks. A node is visited at most once. */
static void visit(walk_t *walk, const node_t *node, int depth)
{
    const segment_t *segment = &walk->segments[depth];
    const node_t *child;
    int m;

    if (depth == walk->count) {
        for (m = 0; node->ends && m < METHODS; m++)
            walk->allowed |= (node->routes[m] != NULL) ? 1U << m : 0U;
        if (walk->route == NULL)
            walk->route = node->routes[walk->method];
        return;
    }
    child = literal_child(node, segment->text, segment->len);
    if (child != NULL)
        visit(walk, child, depth + 1);
    if (node->param != NULL)
        visit(walk, node->param, depth + 1);
}

static apr_array_header_t *name_params(apr_pool_t *pool, const walk_t *walk)
{
    /* Room for the query parameters the caller adds. */
    apr_array_header_t *params = apr_array_make(pool, 8, sizeof(wall_param_t));
    const char *at = walk->route->path;
    int i;

    for (i = 0; i < walk->count; i++) {
        size_t len = strcspn(++at, "/");

        if (*at == '{') {
            wall_param_t *param = apr_array_push(params);

            param->name = apr_pstrmemdup(pool, at + 1, len - 2);
            param->value = apr_pstrmemdup(pool, walk->segments[i].text, walk->segments[i].len);
            param->from = WALL_FROM_PATH;
        }
        at += len;
    }
    return params;
}

wall_match_t wall_router_match(const struct wall_router_t *router, apr_pool_t *pool,
                               wall_method_t method, const char *path)
{
    wall_match_t match = { .route = NULL, .allowed = 0, .params = NULL };
    walk_t walk = { .method = (unsigned)method < METHODS ? method : WALL_METHOD_UNSET };

    if (!split(pool, path, &walk))
        return match;
    visit(&walk, router->root, 0);
    match.route = walk.route;
    match.allowed = walk.allowed;
    if (walk.route != NULL)
        match.params = name_params(pool, &walk);
    return match;
}
