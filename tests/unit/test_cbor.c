/* SPDX-License-Identifier: Apache-2.0 */
#include "context.h"
#include "core/cbor.h"

/* The array is as long as the bytes: a step too far is seen by the address sanitizer. */
#define SOUND(...)                                                                                 \
    do {                                                                                           \
        const unsigned char bytes[] = { __VA_ARGS__ };                                             \
        CU_ASSERT_TRUE(wall_cbor_is_sound((wall_bytes_t){ (const char *)bytes, sizeof(bytes) }));  \
    } while (0)
#define REFUSED(...)                                                                               \
    do {                                                                                           \
        const unsigned char bytes[] = { __VA_ARGS__ };                                             \
        CU_ASSERT_FALSE(wall_cbor_is_sound((wall_bytes_t){ (const char *)bytes, sizeof(bytes) })); \
    } while (0)

void test_cbor__items(void)
{
    CU_ASSERT_TRUE(wall_cbor_is_sound((wall_bytes_t){ "", 0 }));
    SOUND(0x00);
    SOUND(0x17, 0x20, 0x38, 0xff);                   /* one after the other */
    SOUND(0x19, 0x01, 0x00);
    SOUND(0x1b, 1, 2, 3, 4, 5, 6, 7, 8);
    SOUND(0x43, 'a', 'b', 'c');
    SOUND(0x63, 'a', 'b', 'c');
    SOUND(0x58, 0x01, 'a');
    SOUND(0xf4, 0xf5, 0xf6, 0xf8, 0xff);             /* false, true, null, a simple value */
    SOUND(0xfb, 0, 0, 0, 0, 0, 0, 0, 0);             /* a double */
    SOUND(0x83, 0x01, 0x02, 0x81, 0x03);
    SOUND(0xa2, 0x01, 0x02, 0x20, 0x41, 0xff);
    SOUND(0x80, 0xa0);
}

void test_cbor__ends_early(void)
{
    REFUSED(0x18);
    REFUSED(0x19, 0x01);
    REFUSED(0x1b, 1, 2, 3, 4, 5, 6, 7);
    REFUSED(0x43, 'a', 'b');
    REFUSED(0x58, 0x02, 'a');
    REFUSED(0x82, 0x01);
    REFUSED(0xa1, 0x01);
    REFUSED(0x00, 0x83, 0x01);
}

void test_cbor__lengths_nobody_sent(void)
{
    REFUSED(0x9a, 0x22, 0x5d, 0x10, 0xa0);                             /* 576 million items */
    REFUSED(0xba, 0x22, 0x5d, 0x10, 0xa0);
    REFUSED(0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff);
    REFUSED(0xbb, 0x80, 0, 0, 0, 0, 0, 0, 0);                          /* twice that is 0 */
    REFUSED(0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff);
    REFUSED(0x7a, 0xff, 0xff, 0xff, 0xff);
    REFUSED(0x81, 0x9a, 0x22, 0x5d, 0x10, 0xa0);                       /* nor further in */
}

void test_cbor__forms_authenticators_do_not_write(void)
{
    REFUSED(0x5f, 0x41, 'a', 0xff); /* no length */
    REFUSED(0x9f, 0x01, 0xff);
    REFUSED(0xbf, 0x01, 0x02, 0xff);
    REFUSED(0xff);
    REFUSED(0x1c);                  /* reserved */
    REFUSED(0x1d);
    REFUSED(0x1e);
    REFUSED(0xc1, 0x00);            /* a tag */
}

void test_cbor__depth(void)
{
    SOUND(0x81, 0x81, 0x81, 0x81, 0x00);
    SOUND(0xa1, 0x00, 0x81, 0xa1, 0x00, 0x80);
    REFUSED(0x81, 0x81, 0x81, 0x81, 0x80);
    REFUSED(0xa1, 0x00, 0xa1, 0x00, 0xa1, 0x00, 0xa1, 0x00, 0xa0);
}
