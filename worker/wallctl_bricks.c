/* SPDX-License-Identifier: Apache-2.0 */
/* wallctl bricks verify */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "ledger_check.h"
#include "wallctl.h"

static void print_text(const ledger_report_t *report)
{
    int i;

    printf("%" APR_INT64_T_FMT " transactions, %" APR_INT64_T_FMT " entries, %" APR_INT64_T_FMT
           " users, %" APR_INT64_T_FMT " open holds, %" APR_INT64_T_FMT " closed days\n",
           report->transactions, report->entries, report->users, report->open_holds, report->days);
    for (i = 0; i < report->problems->nelts; i++) {
        const ledger_problem_t *p = &APR_ARRAY_IDX(report->problems, i, ledger_problem_t);

        printf("WRONG: %s, but %s has %" APR_INT64_T_FMT " instead of %" APR_INT64_T_FMT "\n",
               p->check, p->subject, p->found, p->expected);
    }
    if (report->ok)
        puts("The ledger is right.");
    else
        printf("%d breaches. Stop spending (WallEngine Off) and compare with a backup; nothing was "
               "changed.\n", report->problems->nelts);
}

int wallctl_bricks(wallctl_t *ctl, int argc, char **argv)
{
    static const char *const flags[] = { "json", NULL };
    ledger_report_t report;
    wall_buf_t json;
    unsigned given;

    if (!wallctl_flags(argc, argv, flags, &given))
        return WALLCTL_USAGE;
    if (argc - optind != 1 || strcmp(argv[optind], "verify") != 0)
        return wallctl_usage(argv[0], "the one thing it does is: bricks verify");
    if (ledger_check(ctl->cx, &report) != WALL_OK)
        return WALLCTL_FAIL;
    if (given != 0) {
        wall_buf_init(&json, ctl->cx->pool, 1024);
        wall_fields_encode(&json, &ledger_report_shape, &report);
        puts(json.data);
    } else {
        print_text(&report);
    }
    return report.ok ? WALLCTL_OK : WALLCTL_FAIL;
}
