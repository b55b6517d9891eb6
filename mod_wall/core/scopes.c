/* SPDX-License-Identifier: Apache-2.0 */
#include "core/scopes.h"

#include <string.h>

const char *const wall_scope_names[] = {
#define X(sym, name, doc) [WALL_SCOPE_##sym] = name,
    WALL_SCOPES(X)
#undef X
    [WALL_SCOPE__COUNT] = NULL
};

const char *const wall_scope_docs[] = {
#define X(sym, name, doc) [WALL_SCOPE_##sym] = doc,
    WALL_SCOPES(X)
#undef X
    [WALL_SCOPE__COUNT] = NULL
};

_Static_assert(WALL_SCOPE__COUNT <= 32, "a set of scopes has 32 bits");

static unsigned bit_of(const char *name, size_t len)
{
    for (unsigned i = 0; i < WALL_SCOPE__COUNT; i++) {
        if (strlen(wall_scope_names[i]) == len && memcmp(wall_scope_names[i], name, len) == 0)
            return 1U << i;
    }
    return 0;
}

unsigned wall_scope_bit(const char *name)
{
    return bit_of(name, strlen(name));
}

unsigned wall_scopes_read(const char *names)
{
    unsigned scopes = 0;

    while (*names != '\0') {
        size_t len = strcspn(names, " ");

        scopes |= bit_of(names, len);
        names += len + strspn(names + len, " ");
    }
    return scopes;
}

int wall_scopes_allow(unsigned scopes, const char *scope)
{
    size_t len = strlen(scope);

    if ((scopes & wall_scope_bit(scope)) != 0)
        return 1;
    return len > 5 && strcmp(scope + len - 5, ":read") == 0 &&
           (scopes & (1U << WALL_SCOPE_READ_ALL)) != 0;
}
