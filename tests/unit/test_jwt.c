/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens made once with Python's cryptography, for keys nobody has any more; the clock stands at NOW. */

#include <apr_strings.h>
#include <stdio.h>

#include "context.h"
#include "core/jwt.h"

#define NOW 1800000000

static const char jwks[] =
    "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"rE3K22GjqJId8DmORbHDJJGJ1gZfRcqTSvlaMUFHCvc\""
    ",\"y\":\"Rs4uSjtvU2K7hX5ZMnPyoenTiYtUiubl5udBBM7_9rU\",\"kid\":\"ec1\",\"use\":\"sig\",\"alg\":\"ES"
    "256\"},{\"kty\":\"RSA\",\"n\":\"y1EvqK_8JHTazhwvlwlTT8nWcnZ1bqfUk9XTCIEjDNG043OrgHuAAWfc1Wj_"
    "xOtC2WMZzQtLcbE7IL6B4PTQjScxGeyDLPCvCRYKgGJXSb-y2LixKvvGkx2FjsJCBN7bAs04M6msvDtOmg6n"
    "rfhNLFbcLyX7xGD5bke5O0Amo0HZmG_eM35wyDdoFPh9Ay2CmmOow3u52LEbpIsHb5ZLIfh-Px6GCioseXkS"
    "BnioA6gdRtwuskbX3x5sXQ26_cvQBj6lBvfwLX1GjUCUEr3_CR_gWMYx_hkzZpLCv9DBB9WjvQBfOfO-glwi"
    "4jmGuK9dgt0aMFKvKs5kDple9wW5Jw\",\"e\":\"AQAB\",\"kid\":\"rsa1\",\"use\":\"sig\",\"alg\":\"RS256\"}]}";

/* Only the key that signed is another. */
static const char another[] =
    "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"EH85gJ0o8pEmPUv2f7Lkc1he7wH9W05aE7Oan5lAwMk\""
    ",\"y\":\"sEH-nDqDMbUt7iug99BigEly_DwqAnMJP59pul3kfw0\",\"kid\":\"ec1\",\"use\":\"sig\",\"alg\":\"ES"
    "256\"}]}";

static const struct {
    const char *what;
    wall_jwt_fault_t fault;
    const char *token;
} tokens[] = {
    { "good", WALL_JWT_OK,
      "eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjMSJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUub3JnIiwiYXV"
      "kIjoid2FsbCIsInN1YiI6IjciLCJpYXQiOjE4MDAwMDAwMDAsImV4cCI6MTgwMDAwMDMwMCwibm9uY2UiOiJ"
      "uMSJ9.5-EAYZ-tTl5TZUDtsaWyQsg73hUXI6iMaLH175zq09T68zTT28-PFB50Z4TmepieBVgafrdKYIrsxr"
      "dzVwmo_w" },
    { "RS256", WALL_JWT_OK,
      "eyJhbGciOiJSUzI1NiIsImtpZCI6InJzYTEifQ.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUub3JnIiwiY"
      "XVkIjoid2FsbCIsInN1YiI6IjciLCJpYXQiOjE4MDAwMDAwMDAsImV4cCI6MTgwMDAwMDMwMCwibm9uY2UiO"
      "iJuMSJ9.oKeDwiCV2YkMJs2r59aRUPtUdxPybaIy_rIFO8pp8B_61XDIcZRAzDpKjz3WHWBgD1UuPyHnVqbR"
      "M1h4px5Cjl3AVLc6pYwsQ_nN336HuvMVQusIkHIo6sS8qxEFqNQgp9hdARxztHGm3ihq269HQJtuVeJBTKtw"
      "8ACW9Fe9vx2snSD03c_NbtjSdw_uafqLXph0Qu8SZwNczhEA9-wR_ajng8PyrKG_kg3CBMqntaaIdEIc9hXD"
      "GgJlSYZIvmhOpHdb0-fESJfTVH7ASt4aiVvK8Loe4uwp4mjee7nc89DQpu62ZMfYaN7vqg5RfBkKfwSaiOaP"
      "rQfq9GaDlZ84lg" },
    { "no kid, one key of the kind", WALL_JWT_OK,
      "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUub3JnIiwiYXVkIjoid2FsbCIsInN"
      "1YiI6IjciLCJpYXQiOjE4MDAwMDAwMDAsImV4cCI6MTgwMDAwMDMwMCwibm9uY2UiOiJuMSJ9.UwnrKFpYWp"
      "yAeFZnH4IMBkuGYyM3WB_p86nF2hnG2WYD3lhOXoMBR60otupp2A9miiXcCn3xeZAtIibpdNouZA" },
    { "one audience in a list", WALL_JWT_OK,
      "eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjMSJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUub3JnIiwiYXV"
      "kIjpbIndhbGwiXSwic3ViIjoiNyIsImlhdCI6MTgwMDAwMDAwMCwiZXhwIjoxODAwMDAwMzAwLCJub25jZSI"
      "6Im4xIn0.vnMH5AQe-niiy_Mvy24rJHYh1wQb2pekpX65VeqDnsPCIebqy-9M3g31rVrJbWcJZ3r5wINL0Me"
      "gbEgcCY72uQ" },
    { "two audiences and azp", WALL_JWT_OK,
      "eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjMSJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUub3JnIiwiYXV"
      "kIjpbIndhbGwiLCJ4Il0sInN1YiI6IjciLCJpYXQiOjE4MDAwMDAwMDAsImV4cCI6MTgwMDAwMDMwMCwibm9"
      "uY2UiOiJuMSIsImF6cCI6IndhbGwifQ.glWymY7YijZxYkCquHJ8U9YXeQfShlz8Mu3W3B-pH2-ZlMtYXRl2"
      "U5s6Zqgkso1_h4vKnPS6mfJ-wKO3EmtjaQ" },
    { "expired within the skew", WALL_JWT_OK,
      "eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjMSJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUub3JnIiwiYXV"
      "kIjoid2FsbCIsInN1YiI6IjciLCJpYXQiOjE3OTk5OTk2NzAsImV4cCI6MTc5OTk5OTk3MCwibm9uY2UiOiJ"
      "uMSJ9.qaAimIqn5ft99pH2NsjmDGRjh3MzW38Uv6UNaT0sc12qLbQYiSC_V6NCw3R6k2eGzQc21STwWSi7fV"
      "6Muw5OEw" },
    { "at_hash of the access token", WALL_JWT_OK,
      "eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjMSJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUub3JnIiwiYXV"
      "kIjoid2FsbCIsInN1YiI6IjciLCJpYXQiOjE4MDAwMDAwMDAsImV4cCI6MTgwMDAwMDMwMCwibm9uY2UiOiJ"
      "uMSIsImF0X2hhc2giOiJQRWFlbld4WWRkTjZRX05UMVBpT1lRIn0.085Q_SFRNXTh0COWoDIYGmMoKTkOzKj"
      "Wy3vzykkY4X1qp8DUqL4GYGdbi0gIL-qLMAalh1URDxD36S-e660O0w" },
    { "auth_time just now", WALL_JWT_OK,
      "eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjMSJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUub3JnIiwiYXV"
      "kIjoid2FsbCIsInN1YiI6IjciLCJpYXQiOjE4MDAwMDAwMDAsImV4cCI6MTgwMDAwMDMwMCwibm9uY2UiOiJ"
      "uMSIsImF1dGhfdGltZSI6MTc5OTk5OTQwMH0.UvwrWXwhEIUyLIs03EcKor_2AL7e1FtN3QFXBA5JWMWQgEn"
      "1pn-kVP1s1SBGN1SbwJCcAMpRutwuMFPUZDP1Fg" },
    { "alg none", WALL_JWT_ALGORITHM,
      "eyJhbGciOiJub25lIiwia2lkIjoiZWMxIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUub3JnIiwiYXVk"
      "Ijoid2FsbCIsInN1YiI6IjciLCJpYXQiOjE4MDAwMDAwMDAsImV4cCI6MTgwMDAwMDMwMCwibm9uY2UiOiJu"
      "MSJ9." },
    { "alg None", WALL_JWT_ALGORITHM,
      "eyJhbGciOiJOb25lIiwia2lkIjoiZWMxIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUub3JnIiwiYXVk"
      "Ijoid2FsbCIsInN1YiI6IjciLCJpYXQiOjE4MDAwMDAwMDAsImV4cCI6MTgwMDAwMDMwMCwibm9uY2UiOiJu"
      "MSJ9." },
    { "HS256 by the public key", WALL_JWT_ALGORITHM,
      "eyJhbGciOiJIUzI1NiIsImtpZCI6InJzYTEifQ.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUub3JnIiwiY"
      "XVkIjoid2FsbCIsInN1YiI6IjciLCJpYXQiOjE4MDAwMDAwMDAsImV4cCI6MTgwMDAwMDMwMCwibm9uY2UiO"
      "iJuMSJ9.98egk6HMtIVS26PWwxOA5uR3FnjTFcOLK8e60GAwWs0" },
    { "no alg", WALL_JWT_ALGORITHM,
      "eyJraWQiOiJlYzEifQ.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUub3JnIiwiYXVkIjoid2FsbCIsInN1Y"
      "iI6IjciLCJpYXQiOjE4MDAwMDAwMDAsImV4cCI6MTgwMDAwMDMwMCwibm9uY2UiOiJuMSJ9.cdxPorpvNI9b"
      "FXUs0QeTDKFbafxUDub1kErmT078BMybFwJPtV5otr82u7eu44F20JCtL6HySathx3UJpgEWYQ" },
    { "crit", WALL_JWT_MALFORMED,
      "eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjMSIsImNyaXQiOlsiYjY0Il0sImI2NCI6ZmFsc2V9.eyJpc3MiOiJ"
      "odHRwczovL2lkLmV4YW1wbGUub3JnIiwiYXVkIjoid2FsbCIsInN1YiI6IjciLCJpYXQiOjE4MDAwMDAwMDA"
      "sImV4cCI6MTgwMDAwMDMwMCwibm9uY2UiOiJuMSJ9.Il69DNF6mI7O0JpK2N_o0Qghk-Eb5LhDsIIBAkWXRp"
      "Bdmne0JN9xc62oXxd8lE-kK-r8Q_ZSKJOCn3JT7R79pA" },
    { "RS256 said of an EC key", WALL_JWT_UNKNOWN_KEY,
      "eyJhbGciOiJSUzI1NiIsImtpZCI6ImVjMSJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUub3JnIiwiYXV"
      "kIjoid2FsbCIsInN1YiI6IjciLCJpYXQiOjE4MDAwMDAwMDAsImV4cCI6MTgwMDAwMDMwMCwibm9uY2UiOiJ"
      "uMSJ9.iUhSyecaSRt8HLEeT4qVoqqJ7Zqn0UL4qNhm2-1-oNG8PYZid-dlvxjfA2FbwBkm6ilRdulrcg5eB_"
      "a8MF2A6g" },
    { "another kid", WALL_JWT_UNKNOWN_KEY,
      "eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjMiJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUub3JnIiwiYXV"
      "kIjoid2FsbCIsInN1YiI6IjciLCJpYXQiOjE4MDAwMDAwMDAsImV4cCI6MTgwMDAwMDMwMCwibm9uY2UiOiJ"
      "uMSJ9.L-jr18OYwOEGPkbKr_aDlqFIVXmETia2taJvnv1WMOzZrKQgK9RAa-QmKK3wORuYSN0gep4gIa7Qzn"
      "Qrdip8JQ" },
    { "a stranger's key of that name", WALL_JWT_SIGNATURE,
      "eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjMSJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUub3JnIiwiYXV"
      "kIjoid2FsbCIsInN1YiI6IjciLCJpYXQiOjE4MDAwMDAwMDAsImV4cCI6MTgwMDAwMDMwMCwibm9uY2UiOiJ"
      "uMSJ9.dOZA8iyHN_L3E_Ajcy7iu5k2OOo8uIDThOf7nJ6PsvPnYGtx03kqwS6roeQqBGbqRQAx3DYjLDjS-Y"
      "cYHeU9QQ" },
    { "issuer", WALL_JWT_ISSUER,
      "eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjMSJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUub3JnLyIsImF"
      "1ZCI6IndhbGwiLCJzdWIiOiI3IiwiaWF0IjoxODAwMDAwMDAwLCJleHAiOjE4MDAwMDAzMDAsIm5vbmNlIjo"
      "ibjEifQ.z00Q1_KCp0o9z0JUU1OJTPmQyEwP26ujuBY45dAJGF6-czD0l0CEQGeiJ8Gc-fbgWDibnw-rl75o"
      "GEhxAnmhZA" },
    { "no issuer", WALL_JWT_ISSUER,
      "eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjMSJ9.eyJhdWQiOiJ3YWxsIiwic3ViIjoiNyIsImlhdCI6MTgwMDA"
      "wMDAwMCwiZXhwIjoxODAwMDAwMzAwLCJub25jZSI6Im4xIn0.duh7Ijuiv04A0zJwr_FzbhTOZEIxxWnanjK"
      "Jq9izI7vTTW6c67yp-moGUxUqDMhkz5U0GAebGrvZwuFmv7eupA" },
    { "audience", WALL_JWT_AUDIENCE,
      "eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjMSJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUub3JnIiwiYXV"
      "kIjoid2FsbDIiLCJzdWIiOiI3IiwiaWF0IjoxODAwMDAwMDAwLCJleHAiOjE4MDAwMDAzMDAsIm5vbmNlIjo"
      "ibjEifQ.P-ol4e6Z8KKj4G_-VMlKhDYrBGzofO6U4TkIvsOseXquOaSlJw0qLXo6SBeAsd_rRzKuEsjhqo1z"
      "RrmLMqxEVg" },
    { "no audience", WALL_JWT_AUDIENCE,
      "eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjMSJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUub3JnIiwic3V"
      "iIjoiNyIsImlhdCI6MTgwMDAwMDAwMCwiZXhwIjoxODAwMDAwMzAwLCJub25jZSI6Im4xIn0.TkX6UqMo46M"
      "kavD3xKkoNx2y4aNfeBR5cZqPaZIzMy5Tceyq21bG5IInWxA62-01rV3UqZj32BEW05Wcs4IqJQ" },
    { "audience a number", WALL_JWT_AUDIENCE,
      "eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjMSJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUub3JnIiwiYXV"
      "kIjo3LCJzdWIiOiI3IiwiaWF0IjoxODAwMDAwMDAwLCJleHAiOjE4MDAwMDAzMDAsIm5vbmNlIjoibjEifQ."
      "OJ8HWgVsno7AKCzCch-eDvaiXBINhokEhh80VYYpCzhMYG13V6u6F-HsZOb-JtZp7ZW39yroAybO0Pq4u7AQ"
      "1g" },
    { "two audiences without azp", WALL_JWT_AUDIENCE,
      "eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjMSJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUub3JnIiwiYXV"
      "kIjpbIndhbGwiLCJ4Il0sInN1YiI6IjciLCJpYXQiOjE4MDAwMDAwMDAsImV4cCI6MTgwMDAwMDMwMCwibm9"
      "uY2UiOiJuMSJ9.br142zGhjMXZYA_pwUhx52IS-LdzrLHqh0litlB1wKCV66Y8dlxYzwy4E4_Li9BNU0zl-U"
      "g-wOFQQZiMDb0-SQ" },
    { "azp of another", WALL_JWT_AUDIENCE,
      "eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjMSJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUub3JnIiwiYXV"
      "kIjpbIndhbGwiLCJ4Il0sInN1YiI6IjciLCJpYXQiOjE4MDAwMDAwMDAsImV4cCI6MTgwMDAwMDMwMCwibm9"
      "uY2UiOiJuMSIsImF6cCI6IngifQ.ryhx9g7N1L2sIIjRZ7MwVa3eEUVIZmZs6lE8fLg2yUgPzQrK57afJ6lt"
      "1lgUA34mTVERBm_OL4iZ5p_L5qDSFg" },
    { "expired", WALL_JWT_EXPIRED,
      "eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjMSJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUub3JnIiwiYXV"
      "kIjoid2FsbCIsInN1YiI6IjciLCJpYXQiOjE3OTk5OTk2NDAsImV4cCI6MTc5OTk5OTk0MCwibm9uY2UiOiJ"
      "uMSJ9.WtoJKCheO73DtBrmnmpfsFr8KLD9Snjx1H3l67Z-UfOQyhW8-Cb-uTwdiZtyIdcKxaaTGpP7dRfJTQ"
      "3xygezJQ" },
    { "no expiry", WALL_JWT_EXPIRED,
      "eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjMSJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUub3JnIiwiYXV"
      "kIjoid2FsbCIsInN1YiI6IjciLCJpYXQiOjE4MDAwMDAwMDAsIm5vbmNlIjoibjEifQ.KAUWM1kDSEu5rz4F"
      "od8WXxPVA4D484BP41Y7aWKYV34vQk8ei75u-dP7Ci_OOnDBU8zlf3ZX1kWzw-TCn56sHw" },
    { "expiry a text", WALL_JWT_EXPIRED,
      "eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjMSJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUub3JnIiwiYXV"
      "kIjoid2FsbCIsInN1YiI6IjciLCJpYXQiOjE4MDAwMDAwMDAsImV4cCI6IjE4MDAwMDAzMDAiLCJub25jZSI"
      "6Im4xIn0.Hk36huoQKtJM59Q9XMiBUryoIOb1UOqMRHr8_Pcupm8TN3p8YUE26OkuARExoFNYt8YixHox94v"
      "qRtFXkR3VCg" },
    { "issued in the future", WALL_JWT_FUTURE,
      "eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjMSJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUub3JnIiwiYXV"
      "kIjoid2FsbCIsInN1YiI6IjciLCJpYXQiOjE4MDAwMDAwNjEsImV4cCI6MTgwMDAwMDMwMCwibm9uY2UiOiJ"
      "uMSJ9.VNxNsHRQoMpnH75br3gPJc1IUPLML7JioyXkszwBdqkPke8LQlRPCmeuz0AQfW4LGYRRhlJwq_vLMD"
      "POFuto7A" },
    { "no issue", WALL_JWT_FUTURE,
      "eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjMSJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUub3JnIiwiYXV"
      "kIjoid2FsbCIsInN1YiI6IjciLCJleHAiOjE4MDAwMDAzMDAsIm5vbmNlIjoibjEifQ.QSX84RytcrQeRir4"
      "T1xZ8fRtQBULakUGRZqDyVzkXn1SqcwY6jLpp1b2QKrDnRw-jLKGxAuWk_aIdKrzqqGbNg" },
    { "not before", WALL_JWT_FUTURE,
      "eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjMSJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUub3JnIiwiYXV"
      "kIjoid2FsbCIsInN1YiI6IjciLCJpYXQiOjE4MDAwMDAwMDAsImV4cCI6MTgwMDAwMDMwMCwibm9uY2UiOiJ"
      "uMSIsIm5iZiI6MTgwMDAwMDA2MX0.6tdxVjg42wOaKf9RB7WARlPxlzmn9UVjOPL9Gr_WW5d3JasDfwtwShC"
      "x4_ssY-DFkfPM5HywxbqIZaLcDZCe2g" },
    { "not before a text", WALL_JWT_FUTURE,
      "eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjMSJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUub3JnIiwiYXV"
      "kIjoid2FsbCIsInN1YiI6IjciLCJpYXQiOjE4MDAwMDAwMDAsImV4cCI6MTgwMDAwMDMwMCwibm9uY2UiOiJ"
      "uMSIsIm5iZiI6IngifQ.idmPpYc7oqJSr__ueYJSWHL2B_QrkTTfOeW8iR0iBc1zp4FbChzrxnvcH-_eezzm"
      "cTPl3oMIfhX1RfBLWfQ7uA" },
    { "issued long ago", WALL_JWT_OLD,
      "eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjMSJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUub3JnIiwiYXV"
      "kIjoid2FsbCIsInN1YiI6IjciLCJpYXQiOjE3OTk5OTkzMzksImV4cCI6MTgwMDAwMDMwMCwibm9uY2UiOiJ"
      "uMSJ9.aLw05llLWMkn6xq7FtmqXyej4iU4ZzeKniJsLR0v0zfXjnNpVaYEhmrlbkvySdj19t8imGu1Jrf-9k"
      "fiERw__w" },
    { "signed in long ago", WALL_JWT_STALE,
      "eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjMSJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUub3JnIiwiYXV"
      "kIjoid2FsbCIsInN1YiI6IjciLCJpYXQiOjE4MDAwMDAwMDAsImV4cCI6MTgwMDAwMDMwMCwibm9uY2UiOiJ"
      "uMSIsImF1dGhfdGltZSI6MTc5OTk5OTMzOX0.YZaVloxF5Ke_3sFJJT6OfCe260sHPK1GWF0UZyXoAq7yeKI"
      "qowM07lToAv0WfNIu14Bnk6fDhtyUPm1z8xhyew" },
    { "signed in nobody knows when", WALL_JWT_STALE,
      "eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjMSJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUub3JnIiwiYXV"
      "kIjoid2FsbCIsInN1YiI6IjciLCJpYXQiOjE4MDAwMDAwMDAsImV4cCI6MTgwMDAwMDMwMCwibm9uY2UiOiJ"
      "uMSIsImF1dGhfdGltZSI6IngifQ.lZ3jmiKpEBc3b-4CscibaxwYlxi_7l1tfg8vgcNy70GXwhGKoIRks8b-"
      "ujXs5UnjKY-LFRcyt5WBNG2MfZZ9iw" },
    { "nonce", WALL_JWT_NONCE,
      "eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjMSJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUub3JnIiwiYXV"
      "kIjoid2FsbCIsInN1YiI6IjciLCJpYXQiOjE4MDAwMDAwMDAsImV4cCI6MTgwMDAwMDMwMCwibm9uY2UiOiJ"
      "uMiJ9.Q6tADXvhRnMhlTp1ZLkgHmFwnyVSmm2miVekArLgfaYinXJ3mfF2_gTzqJg2HoTqAvSR7svW8zoi74"
      "hnfY31JQ" },
    { "no nonce", WALL_JWT_NONCE,
      "eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjMSJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUub3JnIiwiYXV"
      "kIjoid2FsbCIsInN1YiI6IjciLCJpYXQiOjE4MDAwMDAwMDAsImV4cCI6MTgwMDAwMDMwMH0.OqTh7eiG9X6"
      "gTG2aIfxleT-b12AiDzY4VC_QLPf23VSjMFV1KUXTWjM2EE2LeMkVmiM97RwTxOieS3CHYG5VVA" },
    { "at_hash", WALL_JWT_AT_HASH,
      "eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjMSJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUub3JnIiwiYXV"
      "kIjoid2FsbCIsInN1YiI6IjciLCJpYXQiOjE4MDAwMDAwMDAsImV4cCI6MTgwMDAwMDMwMCwibm9uY2UiOiJ"
      "uMSIsImF0X2hhc2giOiJBQUFBQUFBQUFBQUFBQUFBQUFBQUFBIn0.1Yqd1qbjFetGcHwolJ1HTOUf0xKHL0k"
      "rQF_tsze2-xbrrunrqbMG__w5Y0VgNAQpqmLoTuSAanKMIt3HZbSE9Q" },
    { "no subject", WALL_JWT_SUBJECT,
      "eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjMSJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUub3JnIiwiYXV"
      "kIjoid2FsbCIsImlhdCI6MTgwMDAwMDAwMCwiZXhwIjoxODAwMDAwMzAwLCJub25jZSI6Im4xIn0.IVrevkR"
      "okLWjKlJLiRviQWamevZDmLGpohq6avmCw42AWoKyxM7Ml2ol1mu15H2pYJad5UB5EC5uONbOwUlfLg" },
    { "empty subject", WALL_JWT_SUBJECT,
      "eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjMSJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUub3JnIiwiYXV"
      "kIjoid2FsbCIsInN1YiI6IiIsImlhdCI6MTgwMDAwMDAwMCwiZXhwIjoxODAwMDAwMzAwLCJub25jZSI6Im4"
      "xIn0.gj1pKLAXX0g5gJFCoCXaxRHdxn5iR1c9MdOMgj-zCQi0o5GOUbIKRJBs2BkelEMhAkpsL5yvXADiLnS"
      "1cKEOiQ" },
    { "subject a number", WALL_JWT_SUBJECT,
      "eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjMSJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUub3JnIiwiYXV"
      "kIjoid2FsbCIsInN1YiI6NywiaWF0IjoxODAwMDAwMDAwLCJleHAiOjE4MDAwMDAzMDAsIm5vbmNlIjoibjE"
      "ifQ.eJrdoYQqc-zayNP2qB1qMkNvBCPApbKj_0_jFogwv4s1ZCw0rnpKtWXNj_f0iMOtzJrk5s7Qe8mvj9BN"
      "89Lhog" },
    { "subject with a control", WALL_JWT_SUBJECT,
      "eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjMSJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUub3JnIiwiYXV"
      "kIjoid2FsbCIsInN1YiI6ImFcbmIiLCJpYXQiOjE4MDAwMDAwMDAsImV4cCI6MTgwMDAwMDMwMCwibm9uY2U"
      "iOiJuMSJ9.6gqz9wCKnUAvjr3hOzhTmPGdXJHYxzt0-MOZe-N8rr6I-4zOn2ifyWDUt8JfsSxl0VjvRJ25pN"
      "ZijdhZq5Lgaw" },
};

static wall_bytes_t bytes(const char *text)
{
    return (wall_bytes_t){ text, strlen(text) };
}

static wall_jwt_fault_t check(wall_cx_t *cx, const char *token, const char *keys)
{
    const wall_jwt_rules_t rules = { .issuer = "https://id.example.org", .audience = "wall", .nonce = "n1",
                                     .access_token = "token", .now = apr_time_from_sec(NOW),
                                     .skew = 60, .age = 600, .signed_in = 600 };
    struct json_object *claims;
    const char *subject;
    wall_jwt_fault_t fault = wall_jwt_check(cx->pool, token, bytes(keys), &rules, &claims, &subject);

    if (fault == WALL_JWT_OK)
        CU_ASSERT_STRING_EQUAL(subject, "7")
    else
        CU_ASSERT(claims == NULL && subject == NULL);
    return fault;
}

void test_jwt__tokens(void)
{
    wall_cx_t cx = test_context();

    for (size_t i = 0; i < sizeof(tokens) / sizeof(tokens[0]); i++) {
        wall_jwt_fault_t fault = check(&cx, tokens[i].token, jwks);

        if (fault != tokens[i].fault)
            fprintf(stderr, "%s %s\n", tokens[i].what, wall_jwt_fault_text(fault));
        CU_ASSERT_EQUAL(fault, tokens[i].fault);
    }
    apr_pool_destroy(cx.pool);
}

/* Each byte of the token counts; none makes it something else that is taken. */
void test_jwt__each_byte(void)
{
    wall_cx_t cx = test_context();
    char *token = apr_pstrdup(cx.pool, tokens[0].token);
    size_t len = strlen(token);

    for (size_t i = 0; i < len; i++) {
        char was = token[i];

        token[i] = was == 'A' ? 'Q' : 'A';
        if (i + 1 < len) /* the last one's low bits are padding */
            CU_ASSERT_NOT_EQUAL(check(&cx, token, jwks), WALL_JWT_OK);
        token[i] = '\0';
        CU_ASSERT_NOT_EQUAL(check(&cx, token, jwks), WALL_JWT_OK);
        token[i] = was;
    }
    CU_ASSERT_EQUAL(check(&cx, token, jwks), WALL_JWT_OK);
    CU_ASSERT_NOT_EQUAL(check(&cx, apr_pstrcat(cx.pool, token, ".", NULL), jwks), WALL_JWT_OK);
    CU_ASSERT_NOT_EQUAL(check(&cx, apr_pstrcat(cx.pool, token, "=", NULL), jwks), WALL_JWT_OK);
    apr_pool_destroy(cx.pool);
}

void test_jwt__sets_of_keys(void)
{
    static const char *const none[] = {
        "", "{}", "[]", "{\"keys\":7}", "{\"keys\":[]}", "{\"keys\":[7,null,\"x\",[]]}",
        "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"ec1\",\"k\":\"AAAA\"}]}",
        "{\"keys\":[{\"kty\":\"EC\",\"kid\":\"ec1\",\"use\":\"enc\",\"crv\":\"P-256\"}]}",
    };
    static const char *const weak[] = {
        "{\"keys\":[{\"kty\":\"EC\",\"kid\":\"ec1\"}]}",
        "{\"keys\":[{\"kty\":\"EC\",\"kid\":\"ec1\",\"crv\":\"P-521\",\"x\":\"AAAA\",\"y\":\"AAAA\"}]}",
        "{\"keys\":[{\"kty\":\"EC\",\"kid\":\"ec1\",\"crv\":\"P-256\",\"x\":\"AAAA\",\"y\":\"AAAA\"}]}",
    };
    wall_cx_t cx = test_context();

    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
        CU_ASSERT_EQUAL(check(&cx, tokens[0].token, none[i]), WALL_JWT_UNKNOWN_KEY);
    for (size_t i = 0; i < sizeof(weak) / sizeof(weak[0]); i++)
        CU_ASSERT_EQUAL(check(&cx, tokens[0].token, weak[i]), WALL_JWT_WEAK_KEY);
    CU_ASSERT_EQUAL(check(&cx, tokens[0].token, another), WALL_JWT_SIGNATURE);
    CU_ASSERT_EQUAL(check(&cx, "", jwks), WALL_JWT_MALFORMED);
    CU_ASSERT_EQUAL(check(&cx, "..", jwks), WALL_JWT_MALFORMED);
    CU_ASSERT_EQUAL(check(&cx, "e30.e30.", jwks), WALL_JWT_ALGORITHM);
    apr_pool_destroy(cx.pool);
}
