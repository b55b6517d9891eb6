/* SPDX-License-Identifier: Apache-2.0 */
#include "core/site_values.h"

#include <apr_file_info.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>
#include <strings.h>

#include "core/ascii.h"
#include "core/timezone.h"

const char *wall_value_FLAG(const wall_value_rule_t *rule, const char *value, int *out)
{
    if (strcasecmp(value, "on") == 0)
        *out = 1;
    else if (strcasecmp(value, "off") == 0)
        *out = 0;
    else
        return "must be On or Off";
    return NULL;
}

const char *wall_value_INT(const wall_value_rule_t *rule, const char *value, apr_int64_t *out)
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

const char *wall_value_STR(const wall_value_rule_t *rule, const char *value, const char **out)
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

const char *wall_value_NAME(const wall_value_rule_t *rule, const char *value, const char **out)
{
    if (strspn(value, "abcdefghijklmnopqrstuvwxyz0123456789_-") != strlen(value))
        return "may have only the letters a-z, digits, _ and -";
    return wall_value_STR(rule, value, out);
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

const char *wall_value_HOST(const wall_value_rule_t *rule, const char *value, const char **out)
{
    size_t len = host_length(value);
    int port = len > 0 ? port_length(value + len) : -1;

    if (port < 0 || value[len + (size_t)port] != '\0')
        return "must be a host name, with :port where it is not the usual one";
    return wall_value_STR(rule, wall_lower_copy(rule->pool, value), out);
}

const char *wall_value_URL(const wall_value_rule_t *rule, const char *value, const char **out)
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
    wall_lower(copy, scheme + host);
    for (i = strlen(copy); i > scheme + host && copy[i - 1] == '/'; i--)
        copy[i - 1] = '\0';
    return wall_value_STR(rule, copy, out);
}

const char *wall_value_PATH(const wall_value_rule_t *rule, const char *value, const char **out)
{
    char *path;

    if (*value == '\0')
        return "must not be empty";
    if (*value != '/' && rule->base_dir == NULL)
        return "must be an absolute path";
    if (apr_filepath_merge(&path, *value == '/' ? NULL : rule->base_dir, value, 0, rule->pool) !=
        APR_SUCCESS)
        return "is not a path";
    return wall_value_STR(rule, path, out);
}

const char *wall_value_REDIS(const wall_value_rule_t *rule, const char *value, const char **out)
{
    size_t len;

    if (strncmp(value, "unix:/", 6) == 0 && value[6] != '\0')
        return wall_value_STR(rule, value, out);
    len = authority_length(value);
    if (len == 0 || value[len] != '\0' || strrchr(value, ':') == NULL ||
        !apr_isdigit(value[len - 1]))
        return "must be unix:/path/to/socket or host:port";
    return wall_value_STR(rule, value, out);
}

const char *wall_value_MAIL(const wall_value_rule_t *rule, const char *value, const char **out)
{
    size_t scheme = strncmp(value, "smtp://", 7) == 0    ? 7
                    : strncmp(value, "smtps://", 8) == 0 ? 8
                                                         : 0;
    size_t host = scheme > 0 ? authority_length(value + scheme) : 0;

    if (strcmp(value, "none") == 0 || (strncmp(value, "file:/", 6) == 0 && value[6] != '\0') ||
        (host > 0 && value[scheme + host] == '\0'))
        return wall_value_STR(rule, value, out);
    return "must be smtp://host:port, smtps://host:port, file:/folder or none";
}

/* Lines come by wall_site_add(). */
const char *wall_value_LIST(const wall_value_rule_t *rule, const char *value, apr_array_header_t **out)
{
    return "takes several words";
}

const char *wall_value_ZONE(const wall_value_rule_t *rule, const char *value, const char **out)
{
    if (!wall_zone_valid(value))
        return "must be a time zone such as Europe/Berlin or Etc/UTC";
    return wall_value_STR(rule, value, out);
}

/* The only words some directives know. */
static const struct {
    wall_directive_t which;
    const char *const *words;
} choices[] = {
    { WALL_D_log_level, (const char *const[]){ "err", "warn", "notice", "info", "debug", NULL } },
    { WALL_D_mail_tls, (const char *const[]){ "required", "try", "off", NULL } },
    { WALL_D_email_verification, (const char *const[]){ "first", "later", "off", NULL } },
    { WALL_D_signup, (const char *const[]){ "open", "invite", "approval", "closed", NULL } },
    { WALL_D_payments, (const char *const[]){ "off", "stripe", "test", NULL } },
};

const char *const *wall_directive_choices(wall_directive_t which)
{
    for (size_t i = 0; i < sizeof(choices) / sizeof(choices[0]); i++) {
        if (choices[i].which == which)
            return choices[i].words;
    }
    return NULL;
}

static const char *check_choice(apr_pool_t *pool, const char *const *words, const char *value)
{
    const char *must = "must be ";

    for (int i = 0; words[i] != NULL; i++) {
        if (strcmp(words[i], value) == 0)
            return NULL;
        must = apr_pstrcat(pool, must, i == 0 ? "" : words[i + 1] != NULL ? ", " : " or ", words[i],
                           NULL);
    }
    return must;
}

const char *wall_value_own_rule(apr_pool_t *pool, wall_directive_t which, const char *value)
{
    const char *const *words = wall_directive_choices(which);
    const char *at = which == WALL_D_mail_from ? strchr(value, '@') : NULL;

    /* Only an address: it stands in the envelope as well. */
    if (which == WALL_D_mail_from && *value != '\0' &&
        (at == NULL || at == value || host_length(at + 1) != strlen(at + 1) ||
         strpbrk(value, " <>\",;:\\()[]") != NULL))
        return "must be an e-mail address such as wall@example.org";
    return words != NULL ? check_choice(pool, words, value) : NULL;
}
