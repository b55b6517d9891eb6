/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_HTTPD_DBD_SOURCE_H
#define WALL_HTTPD_DBD_SOURCE_H

/**
 * @file dbd_source.h
 * Database connections of httpd: mod_dbd's pool as a wall_db_source_t. mod_dbd is used through its
 * optional functions only, so that the module loads, and can say what is missing, without it.
 */
#include <httpd.h>

#include "io/db.h"

/** 1 when mod_dbd is loaded. */
int wall_dbd_loaded(void);
/** The source of @a server's connections, in @a pool. */
const wall_db_source_t *wall_dbd_source(apr_pool_t *pool, server_rec *server);
/** Lets the watchdog know each new connection; call while hooks are registered. */
void wall_dbd_register_hooks(void);
/** child_init hook: starts the watchdog. */
void wall_dbd_child_init(apr_pool_t *pchild, server_rec *main_server);

#endif
