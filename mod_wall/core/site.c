/* SPDX-License-Identifier: Apache-2.0 */
#include "core/site.h"

#include <apr_file_info.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>
#include <strings.h>

#include "core/packages.h"
#include "core/subnets.h"
#include "core/providers.h"
#include "core/timezone.h"

/* What a value is checked against. */
typedef struct rule_t {
    apr_pool_t *pool;
    apr_int64_t min, max;
    const char *base_dir;
} rule_t;

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

/* ---- one setter a kind: NULL, or why the value is refused ---- */

static const char *set_FLAG(const rule_t *rule, const char *value, int *out)
{
    if (strcasecmp(value, "on") == 0)
        *out = 1;
    else if (strcasecmp(value, "off") == 0)
        *out = 0;
    else
        return "must be On or Off";
    return NULL;
}

static const char *set_INT(const rule_t *rule, const char *value, apr_int64_t *out)
{
    size_t len = strlen(value);

    if (len > 0 && len <= 18 && strspn(value, "0123456789") == len) {
        *out = apr_atoi64(value);
        if (*out >= rule->min && *out <= rule->max)
            return NULL;
    }
    return apr_psprintf(rule->pool,
                        "must be a whole number from %" APR_INT64_T_FMT " to %" APR_INT64_T_FMT,
                        rule->min, rule->max);
}

static const char *set_STR(const rule_t *rule, const char *value, const char **out)
{
    size_t len = strlen(value), i;

    if (len < (size_t)rule->min)
        return "must not be empty";
    if (len > (size_t)rule->max)
        return apr_psprintf(rule->pool, "must be at most %" APR_INT64_T_FMT " bytes", rule->max);
    for (i = 0; i < len; i++) {
        if (apr_iscntrl(value[i]))
            return "must not contain control characters";
    }
    *out = apr_pstrdup(rule->pool, value);
    return NULL;
}

static const char *set_NAME(const rule_t *rule, const char *value, const char **out)
{
    if (strspn(value, "abcdefghijklmnopqrstuvwxyz0123456789_-") != strlen(value))
        return "may have only the letters a-z, digits, _ and -";
    return set_STR(rule, value, out);
}

/* Length of a host name or IPv4 address at @a text (RFC 1123 §2.1), 0 when there is none. */
static size_t host_length(const char *text)
{
    size_t total = 0, len;

    for (;;) {
        len = strspn(text + total,
                     "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");
        if (len == 0 || len > 63 || text[total] == '-' || text[total + len - 1] == '-')
            return 0;
        total += len;
        if (text[total] != '.')
            return total <= 253 ? total : 0;
        total++;
    }
}

/* Length of ":port" at @a text; 0 when absent; -1 when it is wrong. */
static int port_length(const char *text)
{
    size_t len;

    if (*text != ':')
        return 0;
    len = strspn(text + 1, "0123456789");
    if (len < 1 || len > 5 || text[1] == '0' || apr_atoi64(text + 1) > 65535)
        return -1;
    return (int)len + 1;
}

/* Length of "host[:port]" at @a text, where a host may be an IPv6 address in brackets; 0 when it
 * is none. */
static size_t authority_length(const char *text)
{
    size_t len;
    int port;

    if (*text == '[') {
        len = strspn(text + 1, "0123456789abcdefABCDEF:.");
        if (len < 2 || text[len + 1] != ']')
            return 0;
        len += 2;
    } else {
        len = host_length(text);
    }
    port = len > 0 ? port_length(text + len) : -1;
    return port < 0 ? 0 : len + (size_t)port;
}

static char *lower_copy(apr_pool_t *pool, const char *text)
{
    char *copy = apr_pstrdup(pool, text), *p;

    for (p = copy; *p != '\0'; p++)
        *p = (char)apr_tolower(*p);
    return copy;
}

static const char *set_HOST(const rule_t *rule, const char *value, const char **out)
{
    size_t len = host_length(value);
    int port = len > 0 ? port_length(value + len) : -1;

    if (port < 0 || value[len + (size_t)port] != '\0')
        return "must be a host name, with :port where it is not the usual one";
    return set_STR(rule, lower_copy(rule->pool, value), out);
}

static const char *set_URL(const rule_t *rule, const char *value, const char **out)
{
    static const char *const refused =
        "must be an address such as https://wall.example.org, without query or fragment";
    size_t scheme = strncasecmp(value, "https://", 8) == 0  ? 8
                    : strncasecmp(value, "http://", 7) == 0 ? 7
                                                            : 0;
    size_t host = scheme > 0 ? authority_length(value + scheme) : 0, i;
    const char *path = value + scheme + host;
    char *copy;

    if (host == 0 || (*path != '\0' && *path != '/') || strpbrk(path, "?# \"<>\\") != NULL)
        return refused;
    copy = apr_pstrdup(rule->pool, value);
    for (i = 0; i < scheme + host; i++)
        copy[i] = (char)apr_tolower(copy[i]);
    for (i = strlen(copy); i > scheme + host && copy[i - 1] == '/'; i--)
        copy[i - 1] = '\0';
    return set_STR(rule, copy, out);
}

static const char *set_PATH(const rule_t *rule, const char *value, const char **out)
{
    char *path;

    if (*value == '\0')
        return "must not be empty";
    if (*value != '/' && rule->base_dir == NULL)
        return "must be an absolute path";
    if (apr_filepath_merge(&path, *value == '/' ? NULL : rule->base_dir, value, 0, rule->pool) !=
        APR_SUCCESS)
        return "is not a path";
    return set_STR(rule, path, out);
}

static const char *set_REDIS(const rule_t *rule, const char *value, const char **out)
{
    size_t len;

    if (strncmp(value, "unix:/", 6) == 0 && value[6] != '\0')
        return set_STR(rule, value, out);
    len = authority_length(value);
    if (len == 0 || value[len] != '\0' || strrchr(value, ':') == NULL ||
        !apr_isdigit(value[len - 1]))
        return "must be unix:/path/to/socket or host:port";
    return set_STR(rule, value, out);
}

static const char *set_MAIL(const rule_t *rule, const char *value, const char **out)
{
    size_t scheme = strncmp(value, "smtp://", 7) == 0    ? 7
                    : strncmp(value, "smtps://", 8) == 0 ? 8
                                                         : 0;
    size_t host = scheme > 0 ? authority_length(value + scheme) : 0;

    if (strcmp(value, "none") == 0 || (strncmp(value, "file:/", 6) == 0 && value[6] != '\0') ||
        (host > 0 && value[scheme + host] == '\0'))
        return set_STR(rule, value, out);
    return "must be smtp://host:port, smtps://host:port, file:/folder or none";
}

/* Lines come by wall_site_add(). */
static const char *set_LIST(const rule_t *rule, const char *value, apr_array_header_t **out)
{
    return "takes several words";
}

static const char *set_ZONE(const rule_t *rule, const char *value, const char **out)
{
    if (!wall_zone_valid(value))
        return "must be a time zone such as Europe/Berlin or Etc/UTC";
    return set_STR(rule, value, out);
}

/* Rules of one directive alone that its kind does not know. */
static const struct {
    wall_directive_t which;
    const char *const *names;
    const char *refused;
} choices[] = {
    { WALL_D_log_level, (const char *const[]){ "err", "warn", "notice", "info", "debug", NULL },
      "must be err, warn, notice, info or debug" },
    { WALL_D_mail_tls, (const char *const[]){ "required", "try", "off", NULL },
      "must be required, try or off" },
    { WALL_D_email_verification, (const char *const[]){ "first", "later", "off", NULL },
      "must be first, later or off" },
    { WALL_D_signup, (const char *const[]){ "open", "invite", "approval", "closed", NULL },
      "must be open, invite, approval or closed" },
    { WALL_D_payments, (const char *const[]){ "off", "stripe", "test", NULL },
      "must be off, stripe or test" },
};

static const char *check_own_rule(wall_directive_t which, const char *value)
{
    const char *at = which == WALL_D_mail_from ? strchr(value, '@') : NULL;
    size_t i;

    /* Only an address: it stands in the envelope as well. */
    if (which == WALL_D_mail_from && *value != '\0' &&
        (at == NULL || at == value || host_length(at + 1) != strlen(at + 1) ||
         strpbrk(value, " <>\",;:\\()[]") != NULL))
        return "must be an e-mail address such as wall@example.org";
    for (i = 0; i < sizeof(choices) / sizeof(choices[0]); i++) {
        const char *const *name = choices[i].names;

        if (choices[i].which != which)
            continue;
        while (*name != NULL && strcmp(*name, value) != 0)
            name++;
        return *name != NULL ? NULL : choices[i].refused;
    }
    return NULL;
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
    rule_t rule = { .pool = pool, .min = info->min, .max = info->max, .base_dir = base_dir };
    const char *why = check_own_rule(which, value);

    if (why != NULL)
        return why;
    switch (which) {
#define X(directive, member, kind, def, least, most, text)                                         \
    case WALL_D_##member:                                                                          \
        why = set_##kind(&rule, value, &site->member);                                             \
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

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
        return (c | 0x20) - 'a' + 10;
    return -1;
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
        int high = hex_value(text.data[2 * i]), low = hex_value(text.data[2 * i + 1]);

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
