/* SPDX-License-Identifier: Apache-2.0 */
#include "app/devices/devices_actions.h"

#include "app/auth/agents.h"
#include "app/auth/auth.h"
#include "core/site.h"
#include "io/db.h"
#include "io/geoip.h"
#include "io/sql_statements.h"

#define LOGINS "logins"

wall_rc_t devices_list(wall_cx_t *cx, const void *in, devices_sessions_t *out)
{
    wall_rc_t rc = wall_db_list(cx,
                                sql_devices_sessions(cx->viewer.session_id, cx->viewer.user_id,
                                                     cx->site->session_idle),
                                &devices_session_shape, &out->items);

    for (int i = 0; rc == WALL_OK && i < out->items->nelts; i++) {
        devices_session_t *session = &APR_ARRAY_IDX(out->items, i, devices_session_t);
        auth_agent_t agent = auth_agent_read(session->user_agent);

        session->browser = agent.browser;
        session->system = agent.system;
        session->place = wall_geo_place(cx, session->ip_address);
    }
    return rc;
}

wall_rc_t devices_end(wall_cx_t *cx, const devices_which_t *in, void *out)
{
    wall_rc_t rc = auth_revoke(cx, cx->viewer.user_id, in->session_id);

    if (rc == WALL_OK && in->session_id == cx->viewer.session_id)
        cx->reply.session_token = "";
    return rc;
}

wall_rc_t devices_end_others(wall_cx_t *cx, const void *in, devices_ended_t *out)
{
    return auth_revoke_counted(cx, cx->viewer.user_id, cx->viewer.session_id, &out->ended);
}

wall_rc_t devices_logins(wall_cx_t *cx, const wall_page_in_t *in, wall_page_t *out)
{
    apr_int64_t before;
    apr_array_header_t *rows;
    wall_rc_t rc = wall_cursor_read(cx, LOGINS, in->cursor, &before);

    if (rc == WALL_OK)
        rc = wall_db_list(cx, sql_devices_logins(cx->viewer.user_id, before, in->limit + 1),
                          &devices_login_shape, &rows);
    if (rc != WALL_OK)
        return rc;
    for (int i = 0; i < rows->nelts; i++) {
        devices_login_t *login = &APR_ARRAY_IDX(rows, i, devices_login_t);
        auth_agent_t agent = auth_agent_read(login->user_agent);

        login->browser = agent.browser;
        login->system = agent.system;
        login->place = wall_geo_place(cx, login->ip_address);
    }
    wall_page_finish(cx, LOGINS, rows, in->limit, offsetof(devices_login_t, login_id), out);
    return WALL_OK;
}
