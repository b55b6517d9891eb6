/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_CORE_QR_H
#define WALL_CORE_QR_H

/** @file qr.h QR codes as SVG. The only place that calls libqrencode. */
#include <apr_pools.h>

/**
 * @a text as a QR code (ISO/IEC 18004, byte mode, error correction M): one SVG element of one path,
 * black on a white ground with its quiet zone, so that it is read on dark pages too. In @a pool;
 * NULL when @a text is too long (about 2300 bytes).
 * @param label what it is, for those who cannot see it; escaped here
 */
const char *wall_qr_svg(apr_pool_t *pool, const char *text, const char *label);

#endif
