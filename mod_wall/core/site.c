/* SPDX-License-Identifier: Apache-2.0 */
#include "core/site.h"

#include <apr_file_info.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>
#include <strings.h>

#include "core/ascii.h"
#include "core/packages.h"
#include "core/subnets.h"
#include "core/providers.h"
#include "core/site_values.h"

const wall_directive_info_t wall_directives[WALL_D__COUNT] = {
#define X(directive, member, kind_of, def, least, most, text)                                      \
    [WALL_D_##member] = { .name = #directive, .kind = #kind_of, .fallback = def, .min = least,     \
                          .max = most, .help = text },
    WALL_DIRECTIVES(X)
#undef X
};

wall_site_t *wall_site_new(apr_pool_t *pool)
{
    return apr_pcalloc(pool, sizeof(wall_site_t));
}

/* The member of a LIST directive; NULL for the other kinds. */
static apr_array_header_t **list_of(wall_site_t *site, wall_directive_t which)
{
#define LIST_MEMBER_FLAG(member)  NULL
#define LIST_MEMBER_INT(member)   NULL
#define LIST_MEMBER_STR(member)   NULL
#define LIST_MEMBER_NAME(member)  NULL
#define LIST_MEMBER_HOST(member)  NULL
#define LIST_MEMBER_URL(member)   NULL
#define LIST_MEMBER_PATH(member)  NULL
#define LIST_MEMBER_REDIS(member) NULL
#define LIST_MEMBER_MAIL(member)  NULL
#define LIST_MEMBER_ZONE(member)  NULL
#define LIST_MEMBER_LIST(member)  &site->member
    switch (which) {
#define X(directive, member, kind, def, least, most, text)                                         \
    case WALL_D_##member:                                                                          \
        return LIST_MEMBER_##kind(member);
        WALL_DIRECTIVES(X)
#undef X
    case WALL_D__COUNT:
        break;
    }
    return NULL;
}

const char *wall_site_set(wall_site_t *site, apr_pool_t *pool, wall_directive_t which,
                          const char *value, const char *base_dir, const char *where)
{
    const wall_directive_info_t *info = &wall_directives[which];
    wall_value_rule_t rule = { .pool = pool, .min = info->min, .max = info->max, .base_dir = base_dir };
    const char *why = wall_value_own_rule(pool, which, value);

    if (why != NULL)
        return why;
    switch (which) {
#define X(directive, member, kind, def, least, most, text)                                         \
    case WALL_D_##member:                                                                          \
        why = wall_value_##kind(&rule, value, &site->member);                                             \
        break;
        WALL_DIRECTIVES(X)
#undef X
    case WALL_D__COUNT:
        return "is not a directive";
    }
    if (why == NULL) {
        site->set[which] = 1;
        site->where[which] = where != NULL ? apr_pstrdup(pool, where) : NULL;
    }
    return why;
}

const char *wall_site_add(wall_site_t *site, apr_pool_t *pool, wall_directive_t which, int count,
                          const char *const *words, const char *where)
{
    apr_array_header_t **list = list_of(site, which);
    const wall_directive_info_t *info = &wall_directives[which];
    wall_words_t *line;

    if (list == NULL)
        return "takes one value";
    if (count < info->min || count > info->max)
        return apr_psprintf(pool, "takes %" APR_INT64_T_FMT " to %" APR_INT64_T_FMT " words",
                            info->min, info->max);
    if (!site->set[which])
        *list = apr_array_make(pool, 4, sizeof(wall_words_t));
    line = apr_array_push(*list);
    memset(line, 0, sizeof(*line));
    line->count = count;
    line->where = where != NULL ? apr_pstrdup(pool, where) : NULL;
    for (int i = 0; i < count; i++)
        line->word[i] = apr_pstrdup(pool, words[i]);
    if (!site->set[which])
        site->where[which] = line->where;
    site->set[which] = 1;
    return NULL;
}

wall_site_t *wall_site_merge(apr_pool_t *pool, const wall_site_t *global, const wall_site_t *host)
{
    wall_site_t *site = apr_pmemdup(pool, global, sizeof(*global));

#define X(directive, member, kind, def, least, most, text)                                         \
    if (host->set[WALL_D_##member]) {                                                              \
        site->member = host->member;                                                               \
        site->set[WALL_D_##member] = 1;                                                            \
        site->where[WALL_D_##member] = host->where[WALL_D_##member];                               \
    }
    WALL_DIRECTIVES(X)
#undef X
    if (host->db_driver != NULL)
        site->db_driver = host->db_driver;
    if (host->db_params != NULL)
        site->db_params = host->db_params;
    return site;
}

/* ---- finishing ---- */

/* "WallSite" or "WallSite (file:line)". */
static const char *called(const wall_site_t *site, apr_pool_t *pool, wall_directive_t which)
{
    if (site->where[which] == NULL)
        return wall_directives[which].name;
    return apr_psprintf(pool, "%s (%s)", wall_directives[which].name, site->where[which]);
}

static const char *fill_defaults(wall_site_t *site, apr_pool_t *pool)
{
    int which;

    for (which = 0; which < WALL_D__COUNT; which++) {
        const char *fallback = wall_directives[which].fallback, *why;

        if (site->set[which] || fallback == NULL ||
            (*fallback == '\0' && strcmp(wall_directives[which].kind, "STR") != 0))
            continue;
        why = wall_site_set(site, pool, (wall_directive_t)which, fallback, "/", NULL);
        if (why != NULL)
            return apr_psprintf(pool, "%s: its default %s", wall_directives[which].name, why);
        site->set[which] = 0;
    }
    return NULL;
}

static const char *find_missing(const wall_site_t *site, apr_pool_t *pool)
{
    int which;

    for (which = 0; which < WALL_D__COUNT; which++) {
        if (!site->set[which] && wall_directives[which].fallback == NULL)
            return apr_psprintf(pool, "%s is missing: %s", wall_directives[which].name,
                                wall_directives[which].help);
    }
    return NULL;
}

static const char *without_port(apr_pool_t *pool, const char *authority)
{
    const char *colon = strrchr(authority, ':');

    if (colon == NULL || strchr(colon, ']') != NULL)
        return authority;
    return apr_pstrmemdup(pool, authority, (apr_size_t)(colon - authority));
}

/* Apps are strangers' code: the site must be neither their host nor below it. */
static const char *check_apps_host(const wall_site_t *site, apr_pool_t *pool)
{
    const char *ours = without_port(pool, strstr(site->origin, "//") + 2);
    const char *theirs = without_port(pool, site->apps_host);
    size_t our_len = strlen(ours), their_len = strlen(theirs);

    if (our_len < their_len || strcmp(ours + our_len - their_len, theirs) != 0 ||
        (our_len > their_len && ours[our_len - their_len - 1] != '.'))
        return NULL;
    return apr_psprintf(pool, "%s must not be the host of WallBaseURL or a domain it is in",
                        called(site, pool, WALL_D_apps_host));
}

/* What is left out follows from what is given: no mail, nothing to confirm with. */
static const char *finish_mail(wall_site_t *site, apr_pool_t *pool)
{
    const char *host = without_port(pool, strstr(site->origin, "//") + 2);

    if (*site->mail_from == '\0')
        site->mail_from = apr_pstrcat(pool, "wall@", host, NULL);
    if (strcmp(site->mail, "none") != 0)
        return NULL;
    if (site->set[WALL_D_email_verification] && strcmp(site->email_verification, "off") != 0)
        return apr_psprintf(pool, "%s needs WallMail",
                            called(site, pool, WALL_D_email_verification));
    site->email_verification = "off";
    return NULL;
}

static const char *take_packages(wall_site_t *site, apr_pool_t *pool)
{
    const char *where = NULL;
    const char *why = wall_packages_read(pool, site->packages_given, &site->packages, &where);

    if (why == NULL)
        return NULL;
    return where != NULL ? apr_psprintf(pool, "WallBricksPackage (%s) %s", where, why)
                         : apr_psprintf(pool, "WallBricksPackage %s", why);
}

static const char *take_providers(wall_site_t *site, apr_pool_t *pool)
{
    const char *where = NULL;
    const char *why = wall_providers_read(pool, site->providers_given, &site->providers, &where);

    if (why == NULL)
        return NULL;
    return where != NULL ? apr_psprintf(pool, "WallOAuthProvider (%s) %s", where, why)
                         : apr_psprintf(pool, "WallOAuthProvider %s", why);
}

static const char *take_subnets(wall_site_t *site, apr_pool_t *pool)
{
    const char *where = NULL;
    const char *why = wall_subnets_read(pool, site->metrics_given, &site->metrics_allow, &where);

    if (why == NULL)
        return NULL;
    return where != NULL ? apr_psprintf(pool, "WallMetricsAllow (%s) %s", where, why)
                         : apr_psprintf(pool, "WallMetricsAllow %s", why);
}

const char *wall_site_finish(wall_site_t *site, apr_pool_t *pool)
{
    const char *why = fill_defaults(site, pool);
    const char *path;

    if (why == NULL && site->engine)
        why = find_missing(site, pool);
    if (why == NULL)
        why = take_packages(site, pool);
    if (why == NULL)
        why = take_providers(site, pool);
    if (why == NULL)
        why = take_subnets(site, pool);
    if (why != NULL || site->base_url == NULL)
        return why;
    site->secure = strncmp(site->base_url, "https:", 6) == 0;
    site->apps_scheme = site->secure ? "https" : "http";
    path = strchr(strstr(site->base_url, "//") + 2, '/');
    if (path != NULL)
        return apr_psprintf(pool, "%s must not have a path: a site has a host of its own",
                            called(site, pool, WALL_D_base_url));
    site->origin = site->base_url;
    why = finish_mail(site, pool);
    if (why != NULL)
        return why;
    return site->apps_host != NULL ? check_apps_host(site, pool) : NULL;
}

const char *wall_site_secret(wall_site_t *site, wall_bytes_t text)
{
    static const char *const refused = "must hold 64 hexadecimal digits and nothing else";
    unsigned char secret[sizeof(site->secret)];
    size_t i;

    while (text.len > 0 && apr_isspace(text.data[text.len - 1]))
        text.len--;
    if (text.len != sizeof(secret) * 2)
        return refused;
    for (i = 0; i < sizeof(secret); i++) {
        int high = wall_hex_value(text.data[2 * i]), low = wall_hex_value(text.data[2 * i + 1]);

        if (high < 0 || low < 0)
            return refused;
        secret[i] = (unsigned char)(high << 4 | low);
    }
    memcpy(site->secret, secret, sizeof(secret));
    return NULL;
}

const char *wall_site_take_secret(wall_site_t *site, apr_pool_t *pool, wall_directive_t which,
                                  wall_bytes_t text)
{
    apr_array_header_t *words = apr_array_make(pool, 2, sizeof(const char *));
    char *rest, *word = apr_pstrmemdup(pool, text.data, text.len);

    for (word = apr_strtok(word, " \t\r\n", &rest); word != NULL;
         word = apr_strtok(NULL, " \t\r\n", &rest))
        *(const char **)apr_array_push(words) = word;
    if (words->nelts == 0)
        return "is empty";
    if (which == WALL_D_stripe_webhook_file) {
        site->stripe_webhook_secrets = words;
        return NULL;
    }
    if (words->nelts > 1)
        return "must hold one secret and nothing else";
    if (which == WALL_D_stripe_key_file)
        site->stripe_key = APR_ARRAY_IDX(words, 0, const char *);
    return NULL;
}

const char *wall_site_check_payments(const wall_site_t *site, apr_pool_t *pool)
{
    const char *key = site->stripe_key;

    if (strcmp(site->payments, "test") == 0 && key != NULL && strstr(key, "_live_") != NULL)
        return apr_psprintf(pool, "%s must not be test beside a live key of Stripe in WallStripeKey: "
                            "bricks would be given away", called(site, pool, WALL_D_payments));
    if (strcmp(site->payments, "stripe") != 0)
        return NULL;
    if (key == NULL)
        return apr_psprintf(pool, "%s is stripe, but WallStripeKey is missing",
                            called(site, pool, WALL_D_payments));
    if (site->stripe_webhook_secrets == NULL)
        return apr_psprintf(pool, "%s is stripe, but WallStripeWebhookSecret is missing",
                            called(site, pool, WALL_D_payments));
    return NULL;
}
