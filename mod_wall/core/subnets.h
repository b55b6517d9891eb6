/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_CORE_SUBNETS_H
#define WALL_CORE_SUBNETS_H

/** @file subnets.h Addresses and networks an administrator names: 127.0.0.1, 10.0.0.0/8, fd00::/8. */
#include <apr_network_io.h>
#include <apr_tables.h>

/**
 * Reads the lines (wall_words_t) of a directive.
 * @param where set to the place of a line that is refused, or NULL
 * @return NULL, or why it is refused
 */
const char *wall_subnets_read(apr_pool_t *pool, const apr_array_header_t *lines,
                              const apr_array_header_t **out, const char **where);
/** 1 when one of @a subnets holds @a address. */
int wall_subnets_hold(const apr_array_header_t *subnets, apr_sockaddr_t *address);

#endif
