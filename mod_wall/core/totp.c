/* SPDX-License-Identifier: Apache-2.0 */
#include "core/totp.h"

#include <apr_strings.h>
#include <liboath/oath.h>
#include <stdlib.h>
#include <string.h>

#include "core/crypto.h"

#define STEP   30 /* seconds */
#define DIGITS 6

const char *wall_totp_base32(apr_pool_t *pool, wall_bytes_t secret)
{
    char *text = NULL;
    const char *copy;

    if (oath_base32_encode(secret.data, secret.len, &text, NULL) != OATH_OK)
        abort(); /* only for lack of memory, as everywhere in APR */
    copy = apr_pstrmemdup(pool, text, strcspn(text, "="));
    free(text);
    return copy;
}

apr_int64_t wall_totp_step(wall_bytes_t secret, apr_time_t now, const char *code)
{
    apr_int64_t step = apr_time_sec(now) / STEP, found = 0;
    char right[DIGITS + 1];

    if (strlen(code) != DIGITS)
        return 0;
    for (apr_int64_t at = step - 1; at <= step + 1; at++) {
        if (oath_totp_generate(secret.data, secret.len, (time_t)(at * STEP), STEP, 0, DIGITS,
                               right) != OATH_OK)
            return 0;
        if (wall_equal_secret(right, code))
            found = at;
    }
    return found;
}
