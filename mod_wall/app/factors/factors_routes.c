/* SPDX-License-Identifier: Apache-2.0 */
#include "app/factors/factors.h"

#define PASSWORD_MAX 128

static const wall_field_t proof_fields[] = {
    WALL_STR(factors_proof_t, password, .format = WALL_FMT_SECRET, .min = 1, .max = PASSWORD_MAX,
             .doc = "Your password.", .example = "\"four walls and a door\""),
    WALL_FIELDS_END
};
static const wall_shape_t proof_shape = WALL_SHAPE_OF("Proof", factors_proof_t, proof_fields);

static const wall_rc_t proof_errors[] = { WALL_E_BAD_CREDENTIALS, WALL_E_BUSY, WALL_OK };

WALL_ENDPOINT(factors_confirm, factors_proof_t, void)

const wall_route_t factors_routes[] = {
    { .id = "confirm",
      .method = WALL_POST,
      .path = "/auth/confirm",
      .auth = WALL_AUTH_USER,
      .rate = WALL_RATE_AUTH,
      .in = &proof_shape,
      .errors = proof_errors,
      .action = WALL_ACTION(factors_confirm),
      .doc = "Prove once more who you are. For the next ten minutes this session may do what answers "
             "WALL_STEP_UP otherwise; the details of that error name the ways you have." },
    WALL_ROUTES_END
};
