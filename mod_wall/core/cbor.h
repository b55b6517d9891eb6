/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_CORE_CBOR_H
#define WALL_CORE_CBOR_H

/** @file cbor.h Whether bytes of strangers may be given to a reader of CBOR (RFC 8949). */
#include "core/buf.h"

/** Levels of arrays and maps, as CTAP 2.1 has it (section 8, canonical CBOR encoding form). */
#define WALL_CBOR_DEPTH 4

/**
 * 1 when @a bytes are whole CBOR items, one after the other, in the form authenticators write: lengths
 * given beforehand, no tags, WALL_CBOR_DEPTH levels at most. A length is believed only when so much
 * follows. Readers that reserve memory by the length alone can be made to reserve gigabytes by five
 * bytes; not by what has passed here. 1 for no bytes at all.
 */
int wall_cbor_is_sound(wall_bytes_t bytes);

#endif
