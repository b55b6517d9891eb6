/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_IO_DOMAIN_LIST_H
#define WALL_IO_DOMAIN_LIST_H

/** @file domain_list.h A file of mail domains, kept in this process and read again when it has changed. */
#include "core/cx.h"

/**
 * 1 when @a domain or one it lies below stands in @a file, one a line; # begins a comment, case does not
 * matter. A file that does not exist lists nothing; one that cannot be read is logged and keeps saying what
 * it said before.
 */
int wall_domain_listed(wall_cx_t *cx, const char *file, const char *domain);

#endif
