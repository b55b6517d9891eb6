/* SPDX-License-Identifier: Apache-2.0 */
#include "httpd/config.h"

#include <ap_mpm.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include <http_core.h>
#include <http_log.h>
#include <util_cfgtree.h>

#include "core/crypto.h"
#include "httpd/assets.h"
#include "httpd/dbd_source.h"
#include "httpd/metrics.h"
#include "httpd/policy.h"
#include "io/site_file.h"

APLOG_USE_MODULE(wall);

wall_host_t *wall_host(const server_rec *server)
{
    return ap_get_module_config(server->module_config, &wall_module);
}

void *wall_config_create(apr_pool_t *pool, server_rec *server)
{
    wall_host_t *host = apr_pcalloc(pool, sizeof(*host));

    host->server = server;
    host->site = wall_site_new(pool);
    return host;
}

void *wall_config_merge(apr_pool_t *pool, void *base, void *add)
{
    const wall_host_t *global = base;
    wall_host_t *host = apr_pmemdup(pool, add, sizeof(*host));

    host->site = wall_site_merge(pool, global->site, host->site);
    return host;
}

/** Folder of the file a directive stands in: relative paths start there, as in io/site_file.c. */
static const char *folder_of(apr_pool_t *pool, const char *file)
{
    const char *full = ap_server_root_relative(pool, file);

    return ap_make_dirstr_parent(pool, full ? full : file);
}

static const char *set_directive(cmd_parms *cmd, void *unused, const char *value)
{
    wall_directive_t which = (wall_directive_t)(intptr_t)cmd->info;
    const ap_directive_t *at = cmd->directive;
    const char *where = apr_psprintf(cmd->pool, "%s:%d", at->filename, at->line_num);
    const char *problem = wall_site_set(wall_host(cmd->server)->site, cmd->pool, which, value,
                                        folder_of(cmd->pool, at->filename), where);

    return problem ? apr_pstrcat(cmd->pool, cmd->cmd->name, " ", problem, NULL) : NULL;
}

static const char *add_directive(cmd_parms *cmd, void *unused, int argc, char *const argv[])
{
    wall_directive_t which = (wall_directive_t)(intptr_t)cmd->info;
    const ap_directive_t *at = cmd->directive;
    const char *where = apr_psprintf(cmd->pool, "%s:%d", at->filename, at->line_num);
    const char *problem = wall_site_add(wall_host(cmd->server)->site, cmd->pool, which, argc,
                                        (const char *const *)argv, where);

    return problem ? apr_pstrcat(cmd->pool, cmd->cmd->name, " ", problem, NULL) : NULL;
}

#define ONE_VALUE(name, which, help)                                                               \
    AP_INIT_TAKE1(name, set_directive, (void *)(intptr_t)(which), RSRC_CONF, help)
#define COMMAND_FLAG  ONE_VALUE
#define COMMAND_INT   ONE_VALUE
#define COMMAND_STR   ONE_VALUE
#define COMMAND_NAME  ONE_VALUE
#define COMMAND_HOST  ONE_VALUE
#define COMMAND_URL   ONE_VALUE
#define COMMAND_PATH  ONE_VALUE
#define COMMAND_REDIS ONE_VALUE
#define COMMAND_ZONE  ONE_VALUE
#define COMMAND_MAIL  ONE_VALUE
#define COMMAND_LIST(name, which, help)                                                            \
    AP_INIT_TAKE_ARGV(name, add_directive, (void *)(intptr_t)(which), RSRC_CONF, help)

const command_rec wall_config_commands[] = {
#define X(name, member, kind, def, min, max, help) COMMAND_##kind(#name, WALL_D_##member, help),
    WALL_DIRECTIVES(X)
#undef X
    { NULL }
};

/* ---- directives of other modules -------------------------------------------------------------- */

/** Last occurrence of @a name among @a node and its siblings and, but for virtual hosts, below. */
static const ap_directive_t *find_in_tree(const ap_directive_t *node, const char *name)
{
    const ap_directive_t *found = NULL;

    for (; node; node = node->next) {
        if (!ap_cstr_casecmp(node->directive, name)) {
            found = node;
        } else if (node->first_child && ap_cstr_casecmp(node->directive, "<VirtualHost")) {
            const ap_directive_t *inner = find_in_tree(node->first_child, name);
            found = inner ? inner : found;
        }
    }
    return found;
}

/** The <VirtualHost> section that made @a server; NULL for the main server. */
static const ap_directive_t *section_of(const ap_directive_t *node, const server_rec *server)
{
    for (; server->is_virtual && node; node = node->next) {
        if (!ap_cstr_casecmp(node->directive, "<VirtualHost")) {
            if ((unsigned)node->line_num == server->defn_line_number && server->defn_name
                && !strcmp(node->filename, server->defn_name)) {
                return node;
            }
        } else if (node->first_child) {
            const ap_directive_t *inner = section_of(node->first_child, server);
            if (inner) {
                return inner;
            }
        }
    }
    return NULL;
}

const char *wall_config_find(const server_rec *server, const char *directive, const char **where)
{
    const ap_directive_t *section = section_of(ap_conftree, server);
    const ap_directive_t *found =
        section ? find_in_tree(section->first_child, directive) : NULL;

    if (!found) {
        found = find_in_tree(ap_conftree, directive);
    }
    if (!found) {
        return NULL;
    }
    if (where) {
        *where = apr_psprintf(server->process->pconf, "%s:%d", found->filename, found->line_num);
    }
    return found->args;
}

/* ---- checking ---------------------------------------------------------------------------------- */

/** Says what is wrong on the terminal of configtest and in the error log. */
static int refuse(const wall_host_t *host, const char *where, const char *problem)
{
    if (!where) {
        where = host->site->where[WALL_D_engine];
    }
    ap_log_error(APLOG_MARK, APLOG_EMERG | APLOG_STARTUP, 0, host->server, "%s: %s",
                 where ? where : "Wall", problem);
    return 1;
}

/** Where the directive stands that @a problem, a sentence of core/site.c, begins with. */
static const char *where_of(apr_pool_t *pool, const wall_site_t *site, const char *problem)
{
    for (int i = 0; i < WALL_D__COUNT; i++) {
        size_t len = strlen(wall_directives[i].name);

        if (!strncmp(problem, wall_directives[i].name, len) && !apr_isalnum(problem[len])) {
            const char *end = strchr(problem, ')');

            /* Of a directive that stands in several places the sentence says which: "WallX (file:7) …". */
            return !strncmp(problem + len, " (", 2) && end
                       ? apr_pstrmemdup(pool, problem + len + 2, (apr_size_t)(end - problem) - len - 2)
                       : site->where[i];
        }
    }
    return NULL;
}

#define DBD_PARAMS_EXAMPLE                                                                         \
    "DBDParams \"sock=/run/mysqld/mysqld.sock user=wall dbname=wall reconnect=0 fldsz=20480\""
#define FLDSZ_MIN 20480 /* io/db.c relies on it */

/** What the connections' parameters must say for io/db.c to be right. */
static int check_params(const wall_host_t *host, const char *params, const char *where)
{
    const char *size = ap_strstr_c(params, "fldsz=");

    if (!ap_strstr_c(params, "reconnect=0")) {
        return refuse(host, where,
                      "DBDParams has to contain reconnect=0: a connection that comes back by "
                      "itself would have lost its transaction unnoticed. Write " DBD_PARAMS_EXAMPLE);
    }
    if (!size || apr_atoi64(size + 6) < FLDSZ_MIN) {
        return refuse(host, where,
                      "DBDParams has to contain fldsz=20480: less would cut texts, and without it "
                      "each text column takes 1 MB a query. Write " DBD_PARAMS_EXAMPLE);
    }
    return 0;
}

/** mod_dbd is there, knows a database for this host and keeps its connections. */
static int check_database(apr_pool_t *pool, const wall_host_t *host)
{
    const char *where = NULL;
    const char *driver, *params, *persist;

    if (!wall_dbd_loaded()) {
        return refuse(host, NULL, "WallEngine needs mod_dbd, which is not loaded "
                                  "(a2enmod dbd, or LoadModule dbd_module).");
    }
    driver = wall_config_find(host->server, "DBDriver", &where);
    if (!driver) {
        return refuse(host, NULL, "DBDriver is missing: put \"DBDriver mysql\" into the site's "
                                  "fragment, beside WallSite.");
    }
    if (ap_cstr_casecmp(ap_getword_conf(pool, &driver), "mysql")) {
        return refuse(host, where, "DBDriver has to be mysql, for MySQL and MariaDB.");
    }
    persist = wall_config_find(host->server, "DBDPersist", &where);
    if (persist && !ap_cstr_casecmp(ap_getword_conf(pool, &persist), "off")) {
        return refuse(host, where, "DBDPersist has to be On, as it is by itself: each connection "
                                   "would end with its first request, and Wall keeps them.");
    }
    params = wall_config_find(host->server, "DBDParams", &where);
    if (!params) {
        return refuse(host, NULL, "DBDParams is missing: put the database's address into the "
                                  "site's fragment, as in " DBD_PARAMS_EXAMPLE);
    }
    return check_params(host, params, where);
}

/** Finishes one host's site. @return how many problems were found */
static int check_host(apr_pool_t *pconf, wall_host_t *host)
{
    const char *problem = wall_site_finish(host->site, pconf);
    int problems = 0;

    if (problem) {
        problems += refuse(host, where_of(pconf, host->site, problem), problem);
    }
    if (host->site->secret_file) {
        problem = wall_site_secret_read(pconf, host->site);
        if (problem) {
            const char *where = where_of(pconf, host->site, problem);
            /* The reader may have put the place in front already. */
            if (where && !strncmp(problem, where, strlen(where))) {
                problem += strlen(where) + strspn(problem + strlen(where), ": ");
            }
            problems += refuse(host, where, problem);
        }
    }
    if (!problem && (problem = wall_assets_read(pconf, host->site->client_root, &host->assets))) {
        problem = apr_pstrcat(pconf, "WallClientRoot holds no built client: ", problem, ".", NULL);
        problems += refuse(host, host->site->where[WALL_D_client_root], problem);
    }
    return problems + check_database(pconf, host);
}

/** httpd lets a virtual host without a Wall directive share the main server's record; each needs
 *  its own, because each may have a database of its own. */
static void own_records(apr_pool_t *pconf, server_rec *main_server)
{
    for (server_rec *server = main_server; server; server = server->next) {
        const wall_host_t *host = wall_host(server);

        if (host->server != server) {
            wall_host_t *own = wall_config_create(pconf, server);
            own->site = wall_site_merge(pconf, host->site, own->site);
            ap_set_module_config(server->module_config, &wall_module, own);
        }
    }
}

int wall_config_check(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *main_server)
{
    const char *why = wall_routes_check(ptemp, wall_route_tables);
    const char *why_pages = wall_routes_check(ptemp, wall_page_tables);
    int problems = 0;

    own_records(pconf, main_server);
    if (why || why_pages) {
        ap_log_error(APLOG_MARK, APLOG_EMERG | APLOG_STARTUP, 0, main_server,
                     "Wall's route tables are wrong: %s", why ? why : why_pages);
        problems++;
    }
    for (server_rec *server = main_server; server; server = server->next) {
        if (wall_host(server)->site->engine) {
            problems += check_host(pconf, wall_host(server));
        }
    }
    return problems ? HTTP_INTERNAL_SERVER_ERROR : OK;
}

/* ---- what requests need ------------------------------------------------------------------------ */

/** Exhausting mod_dbd's pool makes threads wait for each other; worth a word, not a refusal. */
static void advise_pool_size(const wall_host_t *host)
{
    const char *max = wall_config_find(host->server, "DBDMax", NULL);
    int threads = 0;

    ap_mpm_query(AP_MPMQ_MAX_THREADS, &threads);
    if ((max ? (int)apr_atoi64(max) : 10) < threads) {
        ap_log_error(APLOG_MARK, APLOG_WARNING | APLOG_STARTUP, 0, host->server,
                     WALLNO(00300) "DBDMax (%s) is below ThreadsPerChild (%d): requests will wait for "
                     "database connections. Set DBDMax to ThreadsPerChild.",
                     max ? max : "10", threads);
    }
}

static const char *lower_name_without_port(apr_pool_t *pool, const char *host)
{
    char *name = apr_pstrdup(pool, host);
    char *colon = strrchr(name, ':');

    if (colon) {
        *colon = '\0';
    }
    ap_str_tolower(name);
    return name;
}

int wall_config_post(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *main_server)
{
    const struct wall_router_t *router = NULL, *page_router = NULL;
    int hosts = 0;

    for (server_rec *server = main_server; server; server = server->next) {
        wall_host_t *host = wall_host(server);
        const char *why = NULL;

        if (!host->site->engine) {
            continue;
        }
        if (!router) {
            router = wall_router_make(pconf, wall_route_tables, &why);
            page_router = wall_router_make(pconf, wall_page_tables, &why);
        }
        if (!router || !page_router || wall_crypto_init()) {
            return refuse(host, NULL, why ? why : "libsodium could not be initialised.");
        }
        host->number = hosts++;
        host->router = router;
        host->page_router = page_router;
        host->db = wall_dbd_source(pconf, server);
        host->apps_name = lower_name_without_port(pconf, host->site->apps_host);
        host->app_csp = wall_policy_app(pconf, host->site);
        if (ap_state_query(AP_SQ_MAIN_STATE) != AP_SQ_MS_CREATE_PRE_CONFIG) {
            advise_pool_size(host);
        }
    }
    if (hosts && wall_metrics_open(pconf, hosts) != APR_SUCCESS) {
        ap_log_error(APLOG_MARK, APLOG_EMERG | APLOG_STARTUP, 0, main_server,
                     "no shared memory for Wall's counters");
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    return OK;
}
