/* SPDX-License-Identifier: Apache-2.0 */
/* The module record and its hooks; everything else lives in httpd/. */
#include <httpd.h>
#include <http_config.h>
#include <http_connection.h>
#include <http_log.h>
#include <http_protocol.h>
#include <http_request.h>
#include <mpm_common.h>

#include "httpd/config.h"
#include "httpd/dbd_source.h"
#include "httpd/front.h"
#include "httpd/hub.h"
#include "httpd/metrics.h"

static void metrics_child_init(apr_pool_t *pool, server_rec *server)
{
    wall_metrics_child();
}

static void register_hooks(apr_pool_t *pool)
{
    ap_hook_check_config(wall_config_check, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_post_config(wall_config_post, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_child_init(wall_dbd_child_init, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_child_init(metrics_child_init, NULL, NULL, APR_HOOK_FIRST);
    ap_hook_child_init(wall_hub_child_init, NULL, NULL, APR_HOOK_LAST);
    ap_hook_child_stopping(wall_hub_child_stopping, NULL, NULL, APR_HOOK_MIDDLE);
    wall_dbd_register_hooks();

    /* After Alias, Redirect and RewriteRule, which an administrator may lay over Wall; before core,
     * which would look below DocumentRoot. */
    ap_hook_translate_name(wall_front_translate, NULL, NULL, APR_HOOK_LAST);
    ap_hook_map_to_storage(wall_front_map_to_storage, NULL, NULL, APR_HOOK_FIRST);
    ap_hook_fixups(wall_front_fixups, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_log_transaction(wall_front_logged, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_handler(wall_front_handler, NULL, NULL, APR_HOOK_FIRST);
    ap_hook_pre_close_connection(wall_hub_pre_close, NULL, NULL, APR_HOOK_REALLY_LAST);
}

AP_DECLARE_MODULE(wall) = {
    STANDARD20_MODULE_STUFF,
    NULL, /* per directory */
    NULL,
    wall_config_create,
    wall_config_merge,
    wall_config_commands,
    register_hooks,
#if defined(AP_MODULE_FLAG_NONE)
    AP_MODULE_FLAG_NONE
#endif
};
