/* SPDX-License-Identifier: Apache-2.0 */
/* The lane that asks payment providers about purchases they have not said anything of. */
#include "app/purchases/purchases_jobs.h"
#include "worker/worker.h"

#define EVERY apr_time_from_sec(3)
#define PAUSE apr_time_from_msec(250)

int lane_payments_run(const lane_t *lane)
{
    apr_time_t next = 0;

    while (!lane_stopping()) {
        wall_cx_t *cx;

        if (apr_time_now() < next) {
            apr_sleep(PAUSE);
            continue;
        }
        cx = lane_cx(lane);
        (void)purchases_reconcile(cx); /* what fails is logged there, and tried again */
        wall_db_release(cx);
        apr_pool_destroy(cx->pool);
        next = apr_time_now() + EVERY;
    }
    return 0;
}
