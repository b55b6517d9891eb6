/* SPDX-License-Identifier: Apache-2.0 */
/* HTTP by libmicrohttpd, a thread a connection: a handler may block, as Ollama's do. */
#ifndef DEMO_SERVER_H
#define DEMO_SERVER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "gen.h"

typedef struct {
    const struct sockaddr *address;
    bool loopback;
    gen_config_t gen;
} server_config_t;

/* Starts listening; the port in use, or 0 with a message on stderr. */
uint16_t server_start(const server_config_t *config);

/* Wakes everything that waits, closes connections, joins the threads. */
void server_stop(void);

#endif
