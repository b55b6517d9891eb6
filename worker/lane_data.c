/* SPDX-License-Identifier: Apache-2.0 */
/* The lane for what is long and about one person: copies of their data, and erasing them. */
#include "app/leaving/leaving.h"
#include "worker/worker.h"

#define LOOK_EVERY_MS 500
#define FAILED_WAIT_MS 3000 /* what failed was logged; it is tried again */
#define SWEEP_EVERY   apr_time_from_sec(600)

int lane_data_run(const lane_t *lane)
{
    apr_time_t sweep = 0;

    while (!lane_stopping()) {
        wall_cx_t *cx = lane_cx(lane);
        int copied = 0, erased = 0;
        wall_rc_t rc = leaving_export_next(cx, &copied);

        if (rc == WALL_OK) {
            rc = leaving_erase_next(cx, &erased);
        }
        if (rc == WALL_OK && cx->now >= sweep) {
            sweep = cx->now + SWEEP_EVERY;
            rc = leaving_sweep(cx);
        }
        if (rc != WALL_OK || (!copied && !erased)) {
            wall_db_release(cx);
            apr_sleep(apr_time_from_msec(rc == WALL_OK ? LOOK_EVERY_MS : FAILED_WAIT_MS));
        }
        apr_pool_destroy(cx->pool);
    }
    return 0;
}
