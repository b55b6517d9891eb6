/* SPDX-License-Identifier: Apache-2.0 */
#include "core/weburl.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <apr_uri.h>
#include <string.h>
#include <strings.h>

#define HOST_MAX  253 /* RFC 1035 §2.3.4, without the final dot */
#define LABEL_MAX 63

/* Letters, digits, inner hyphens; bytes above ASCII are letters of an international name. */
static int is_label(const char *label, size_t len)
{
    if (len == 0 || len > LABEL_MAX || label[0] == '-' || label[len - 1] == '-')
        return 0;
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)label[i];

        if (c < 0x80 && !apr_isalnum(c) && c != '-')
            return 0;
    }
    return 1;
}

static int is_host(const char *host)
{
    int labels = 0;

    if (host == NULL || strlen(host) > HOST_MAX)
        return 0;
    for (;;) {
        size_t len = strcspn(host, ".");

        if (!is_label(host, len))
            return 0;
        labels++;
        host += len;
        if (*host++ == '\0')
            return labels >= 2;
    }
}

/* Neither white space nor controls, in ASCII or above it (U+0080 to U+00A0, U+2000 to U+206F, U+3000),
 * nor what RFC 3986 has no place for. */
static int has_stray(const char *text)
{
    for (const unsigned char *p = (const unsigned char *)text; *p != '\0'; p++) {
        if (*p <= ' ' || *p == 0x7f || strchr("\"<>\\^`{|}", *p) != NULL)
            return 1;
        if (*p == 0xc2 && p[1] <= 0xa0)
            return 1;
        if ((*p == 0xe2 && (p[1] == 0x80 || (p[1] == 0x81 && p[2] <= 0xaf))) ||
            (*p == 0xe3 && p[1] == 0x80 && p[2] == 0x80) || (*p == 0xef && p[1] == 0xbb && p[2] == 0xbf))
            return 1;
    }
    return 0;
}

/* apr_uri_parse() cuts the number to 16 bits. */
static int is_port(const char *digits)
{
    size_t len = strspn(digits, "0123456789");

    return len > 0 && len <= 5 && digits[len] == '\0' && apr_atoi64(digits) > 0 &&
           apr_atoi64(digits) <= 65535;
}

int wall_weburl_ok(apr_pool_t *pool, const char *text)
{
    apr_uri_t uri;

    return !has_stray(text) && apr_uri_parse(pool, text, &uri) == APR_SUCCESS &&
           uri.scheme != NULL && strcasecmp(uri.scheme, "https") == 0 && uri.user == NULL &&
           uri.password == NULL && is_host(uri.hostname) &&
           (uri.port_str == NULL || is_port(uri.port_str));
}
