/* SPDX-License-Identifier: Apache-2.0 */
#include "httpd/logging.h"

#include <http_config.h>
#include <http_log.h>

#include "httpd/config.h"

APLOG_USE_MODULE(wall);

static const int httpd_levels[] = {
    [WALL_LOG_ERR] = APLOG_ERR,       [WALL_LOG_WARN] = APLOG_WARNING,
    [WALL_LOG_NOTICE] = APLOG_NOTICE, [WALL_LOG_INFO] = APLOG_INFO,
    [WALL_LOG_DEBUG] = APLOG_DEBUG,
};

static void write_request(void *baton, wall_log_level_t level, const char *line)
{
    request_rec *r = baton;

    ap_log_rerror(APLOG_MARK, httpd_levels[level], 0, r, "%s", line);
}

static void write_server(void *baton, wall_log_level_t level, const char *line)
{
    server_rec *server = baton;

    ap_log_error(APLOG_MARK, httpd_levels[level], 0, server, "%s", line);
}

static wall_log_level_t highest(int httpd_level)
{
    wall_log_level_t level = WALL_LOG_DEBUG;

    while (level > WALL_LOG_ERR && httpd_levels[level] > httpd_level) {
        level--;
    }
    return level;
}

const wall_logger_t *wall_request_logger(request_rec *r)
{
    wall_logger_t *logger = apr_palloc(r->pool, sizeof(*logger));

    logger->write = write_request;
    logger->baton = r;
    logger->max_level = highest(ap_get_request_module_loglevel(r, APLOG_MODULE_INDEX));
    return logger;
}

const wall_logger_t *wall_server_logger(apr_pool_t *pool, server_rec *server)
{
    wall_logger_t *logger = apr_palloc(pool, sizeof(*logger));

    logger->write = write_server;
    logger->baton = server;
    logger->max_level = highest(ap_get_server_module_loglevel(server, APLOG_MODULE_INDEX));
    return logger;
}
