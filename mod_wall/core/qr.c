/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qr.h"

#include <qrencode.h>

#include "core/buf.h"
#include "core/html.h"

#define QUIET 4 /* modules around the code, ISO/IEC 18004 6.3.8 */

/* One stroke for each run of dark modules: a tenth of what a square each would take. */
static void draw(wall_buf_t *out, const QRcode *code)
{
    for (int y = 0; y < code->width; y++) {
        for (int x = 0, run; x < code->width; x += run) {
            const unsigned char *row = code->data + y * code->width;

            for (run = 1; x + run < code->width && ((row[x + run] ^ row[x]) & 1) == 0; run++)
                ;
            if (row[x] & 1)
                wall_buf_fmt(out, "M%d %dh%dv1h-%dz", x + QUIET, y + QUIET, run, run);
        }
    }
}

const char *wall_qr_svg(apr_pool_t *pool, const char *text, const char *label)
{
    QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
    wall_buf_t out;
    int size;

    if (code == NULL)
        return NULL;
    size = code->width + 2 * QUIET;
    wall_buf_init(&out, pool, 8192);
    wall_html(&out,
              "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" "
              "aria-label=\"%s\" shape-rendering=\"crispEdges\"><rect width=\"100%%\" height=\"100%%\" "
              "fill=\"#fff\"/><path fill=\"#000\" d=\"",
              size, size, label);
    draw(&out, code);
    wall_buf_str(&out, "\"/></svg>");
    QRcode_free(code);
    return out.data;
}
