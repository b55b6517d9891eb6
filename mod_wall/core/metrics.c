/* SPDX-License-Identifier: Apache-2.0 */
#include "core/metrics.h"

static const struct {
    const char *name, *type, *help;
} families[] = {
#define X(sym, name, type, help) [WALL_M_##sym] = { name, type, help },
    WALL_METRICS(X)
#undef X
};

void wall_metric_family(wall_buf_t *out, wall_metric_t metric)
{
    wall_buf_fmt(out, "# HELP %s %s\n# TYPE %s %s\n", families[metric].name, families[metric].help,
                 families[metric].name, families[metric].type);
}

void wall_metric_value(wall_buf_t *out, wall_metric_t metric, const char *suffix,
                       const char *labels, apr_int64_t value)
{
    wall_buf_fmt(out, "%s%s%s %" APR_INT64_T_FMT "\n", families[metric].name, suffix, labels, value);
}

void wall_metric_seconds(wall_buf_t *out, wall_metric_t metric, const char *suffix,
                         apr_int64_t micros)
{
    wall_buf_fmt(out, "%s%s %" APR_INT64_T_FMT ".%06d\n", families[metric].name, suffix,
                 micros / 1000000, (int)(micros % 1000000));
}
