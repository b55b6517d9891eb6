# SPDX-License-Identifier: Apache-2.0
"""Who may do what: one row a route (tests/guard/routes.sh sees to it), one status a role.

A row is (path and body, {state: statuses in the order of ROLES}). {…} in a path is filled from the things
the owner made: a wall, a post, an app and its job, all public or all hidden. 404 stands wherever existence
is private; 403 only where the thing itself may be seen.
"""

ROLES = ("anonymous", "stranger", "admin", "owner")
BLOCKED = "blocked"  # a stranger the owner has blocked: sees what strangers see of what is hidden
EVERYBODY = {"public": (200, 200, 200, 200)}
SIGNED_IN = {"public": (401, 200, 200, 200)}
VISIBLE = {"public": (200, 200, 200, 200), "hidden": (404, 404, 404, 200)}

MATRIX = {
    "register": ("/auth/register", {"username": "{new}", "email": "{new}@example.org", "password": "{password}"},
                 {"public": (201, 201, 201, 201)}),
    "login": ("/auth/login", {"login": "{username}", "password": "{password}"}, EVERYBODY),
    "confirm": ("/auth/confirm", {"password": "correct horse battery"}, SIGNED_IN),
    "secondFactor": ("/auth/second-factor", {"token": "x", "code": "000000"}, {"public": (401, 401, 401, 401)}),
    "getFactors": ("/auth/factors", None, SIGNED_IN),
    "startTotp": ("/auth/totp", None, SIGNED_IN),
    "confirmTotp": ("/auth/totp/confirm", {"code": "000000"}, {"public": (401, 422, 422, 422)}),
    "removeTotp": ("/auth/totp", None, SIGNED_IN),
    "renewRecoveryCodes": ("/auth/recovery-codes", None, {"public": (401, 409, 409, 409)}),
    "getSignup": ("/auth/signup", None, EVERYBODY),
    "requestPasswordReset": ("/auth/reset-password", {"login": "nobody-{new}"}, EVERYBODY),
    "resetPassword": ("/auth/reset-password/confirm", {"token": "x", "password": "{password}"},
                      {"public": (410, 410, 410, 410)}),
    "verifyEmail": ("/auth/verify-email", {"token": "x"}, {"public": (410, 410, 410, 410)}),
    "resendVerification": ("/auth/verify-email/resend", {"email": "{new}@example.org"}, EVERYBODY),
    "undoEmailChange": ("/auth/undo-email", {"token": "x"}, {"public": (410, 410, 410, 410)}),
    "changePassword": ("/users/me/password", {"password": "{password}"}, SIGNED_IN),
    "getMyEmail": ("/users/me/email", None, SIGNED_IN),
    "changeEmail": ("/users/me/email", {"email": "{new}@example.org"}, SIGNED_IN),
    "cancelEmailChange": ("/users/me/email", None, SIGNED_IN),
    "confirmMyEmail": ("/users/me/email/confirm", None, SIGNED_IN),
    "listInvitations": ("/invitations", None, SIGNED_IN),
    "createInvitation": ("/invitations", {"note": "x"}, {"public": (401, 201, 201, 201)}),
    "revokeInvitation": ("/invitations/999999999", None, {"public": (401, 404, 404, 404)}),
    "listApprovals": ("/admin/approvals", None, {"public": (401, 403, 200, 403)}),
    "decideApproval": ("/admin/approvals/999999999", {"decision": "approve"}, {"public": (401, 403, 404, 403)}),
    "logout": ("/auth/logout", None, EVERYBODY),
    "listProviders": ("/auth/oauth", None, EVERYBODY),
    "startOAuth": ("/auth/oauth/fake/initiate", None, {"public": (302, 302, 302, 302)}),
    "finishOAuth": ("/auth/oauth/fake/callback", None, {"public": (302, 302, 302, 302)}),
    "getArrival": ("/auth/oauth/arrival", None, {"public": (404, 404, 404, 404)}),
    "finishArrival": ("/auth/oauth/arrival", {"username": "{new}"}, {"public": (404, 404, 404, 404)}),
    "forgetArrival": ("/auth/oauth/arrival", None, EVERYBODY),
    "adoptArrival": ("/auth/oauth/arrival/link", None, {"public": (401, 404, 404, 404)}),
    "confirmWithProvider": ("/auth/oauth/confirm", {"provider": "fake"}, SIGNED_IN),
    "listConnections": ("/users/me/connections", None, SIGNED_IN),
    "addConnection": ("/users/me/connections", {"provider": "fake"}, SIGNED_IN),
    "removeConnection": ("/users/me/connections/1", None, {"public": (401, 404, 404, 404)}),
    "makePrimary": ("/users/me/connections/1/primary", None, {"public": (401, 404, 404, 404)}),
    "unmakePrimary": ("/users/me/connections/1/primary", None, {"public": (401, 404, 404, 404)}),
    "listSessions": ("/users/me/sessions", None, SIGNED_IN),
    "endSession": ("/users/me/sessions/999999999", None, {"public": (401, 404, 404, 404)}),
    "endOtherSessions": ("/users/me/sessions/revoke-others", None, SIGNED_IN),
    "listLogins": ("/users/me/logins", None, SIGNED_IN),
    "listApiKeys": ("/users/me/api-keys", None, SIGNED_IN),
    "createApiKey": ("/users/me/api-keys", {"name": "x", "scopes": ["posts:read"]},
                     {"public": (401, 201, 201, 201)}),
    "endApiKey": ("/users/me/api-keys/999999999", None, {"public": (401, 404, 404, 404)}),
    "getMe": ("/users/me", None, SIGNED_IN),
    "getUser": ("/users/{username}", None, VISIBLE),
    "getSettings": ("/users/me/settings", None, SIGNED_IN),
    "updateSettings": ("/users/me/settings", {"theme": "dark"}, SIGNED_IN),
    "renameMe": ("/users/me/username", {"username": "admin"}, {"public": (401, 422, 422, 422)}),
    "listBlocks": ("/users/me/blocks", None, SIGNED_IN),
    "getBlock": ("/users/{username}/block", None, {"public": (401, 404, 404, 404)}),
    "putBlock": ("/users/{new}/block", None, {"public": (401, 404, 404, 404)}),
    "deleteBlock": ("/users/{username}/block", None, SIGNED_IN),
    "getWall": ("/walls/{wall}", None, VISIBLE),
    "updateMe": ("/users/me", {"language": "de"}, SIGNED_IN),
    "updateWall": ("/walls/{wall}", {"glaze": "moss"},
                   {"public": (401, 403, 403, 200), "hidden": (401, 404, 404, 200)}),
    "listWallPosts": ("/walls/{wall}/posts", None, VISIBLE),
    "listRecentPosts": ("/discover/recent", None, EVERYBODY),
    "createPost": ("/walls/{wall}/posts", {"content_text": "x"},
                   {"public": (401, 403, 403, 201), "hidden": (401, 404, 404, 201)}),
    "getPost": ("/posts/{post}", None, VISIBLE),
    "deletePost": ("/posts/{post}", None,
                   {"public": (401, 403, 403, 200), "hidden": (401, 404, 404, 200)}),
    "estimateBricks": ("/bricks/estimate", {"prompt": "A timer for tea"}, SIGNED_IN),
    "listBricksTransactions": ("/bricks/transactions", None, SIGNED_IN),
    "exportBricksTransactions": ("/bricks/transactions/export", None, SIGNED_IN),
    "getBricksSpending": ("/bricks/spending", None, SIGNED_IN),
    "getBricksRates": ("/bricks/rates", None, EVERYBODY),
    "getBricksTransaction": ("/bricks/transactions/{movement}", None,
                             {"public": (401, 404, 404, 200), "hidden": (401, 404, 404, 200)}),
    "getBricksBalance": ("/bricks/balance", None, SIGNED_IN),
    "claimDailyBricks": ("/bricks/claim-daily", None, SIGNED_IN),
    "getBricksLimit": ("/bricks/limit", None, SIGNED_IN),
    "setBricksLimit": ("/bricks/limit", {"monthly_limit": 100000}, SIGNED_IN),
    "grantBricks": ("/admin/users/1/bricks", {"amount": 5, "reason": "For the matrix"},
                    {"public": (401, 403, 201, 403)}),
    "generateApp": ("/ai/generate", {"prompt": "A timer for tea", "wall": "{wall}"},
                    {"public": (401, 403, 403, 201), "hidden": (401, 404, 404, 201)}),
    "getJob": ("/ai/jobs/{job}", None, VISIBLE),
    "watchJob": ("/ai/jobs/{job}/status", None, VISIBLE),
    "watchEvents": ("/events?topics=job:{job}", None, VISIBLE),
    "cancelJob": ("/ai/jobs/{job}/cancel", None,
                  {"public": (401, 403, 403, 409), "hidden": (401, 404, 404, 409)}),
    "getApp": ("/ai/applications/{app}", None, VISIBLE),
    "health": ("/health", None, EVERYBODY),
    "ready": ("/health/ready", None, EVERYBODY),
    "openapi": ("/openapi.json", None, EVERYBODY),
    "listPackages": ("/bricks/packages", None, EVERYBODY),
    "purchaseBricks": ("/bricks/purchase", {"package": "starter"}, {"public": (401, 201, 201, 201)}),
    "getPurchase": ("/bricks/purchase/{purchase}", None, {"public": (401, 404, 404, 200)}),
    "listPurchases": ("/bricks/purchases", None, SIGNED_IN),
    "paymentWebhook": ("/bricks/webhooks/stripe", None, {"public": (400, 400, 400, 400)}),
}


def expected(route, state, role):
    """The status `role` gets of `route` for things in `state`."""
    statuses = MATRIX[route][2]
    if role == BLOCKED:
        role, state = "stranger", "hidden" if "hidden" in statuses else state
    return statuses[state][ROLES.index(role)]
