// SPDX-License-Identifier: Apache-2.0
// Passkeys: the API's options to the browser's authenticator and its answer back (WebAuthn Level 3).
import { ApiError, type Schema } from "../api/client";
import { t } from "./i18n";

const toText = (bytes: ArrayBuffer) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const toBytes = (text: string) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

/** Whether this browser has passkeys at all: they need a secure context. */
export const passkeysWork = "PublicKeyCredential" in window;

/** Whether the browser offers passkeys among the names it fills in. */
export const autofills = async () => passkeysWork && !!await PublicKeyCredential.isConditionalMediationAvailable?.();

const listed = (list: Schema["PasskeyCredential"][]) => list.map((c) => ({
  type: "public-key" as const, id: toBytes(c.credential_id), transports: c.transports as AuthenticatorTransport[],
}));

/** What to call a passkey made here, until its owner says otherwise. */
const guess = () => ["iPhone", "iPad", "Android", "Mac", "Windows", "Linux"].find((sign) => navigator.userAgent.includes(sign)) ?? "Passkey";

/** What the browser's own refusals mean, in the form of the API's. */
async function explained<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (problem) {
    const name = problem instanceof DOMException ? problem.name : "";
    throw new ApiError(400, "PASSKEY", name === "InvalidStateError" ? t("passkey.known")
      : name === "NotAllowedError" || name === "AbortError" ? t("passkey.cancelled") : t("passkey.failed"));
  }
}

export async function createPasskey(o: Schema["PasskeyCreationOptions"]): Promise<Schema["PasskeyCreation"]> {
  const made = await explained(navigator.credentials.create({ publicKey: {
    challenge: toBytes(o.challenge), rp: { id: o.rp_id, name: o.rp_name }, timeout: o.timeout_ms, attestation: "none",
    user: { id: toBytes(o.user_handle), name: o.user_name, displayName: o.user_display_name },
    pubKeyCredParams: o.parameters.map((p) => ({ type: "public-key" as const, alg: p.algorithm })),
    excludeCredentials: listed(o.exclude),
    authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
  } })) as PublicKeyCredential;
  const answer = made.response as AuthenticatorAttestationResponse;
  return { display_name: guess(), algorithm: answer.getPublicKeyAlgorithm(), client_data: toText(answer.clientDataJSON),
    authenticator_data: toText(answer.getAuthenticatorData()), transports: answer.getTransports() };
}

export async function askPasskey(o: Schema["PasskeyRequestOptions"], how: { signal?: AbortSignal; conditional?: boolean } = {}): Promise<Schema["PasskeyAnswer"]> {
  const got = await explained(navigator.credentials.get({
    publicKey: { challenge: toBytes(o.challenge), rpId: o.rp_id, timeout: o.timeout_ms, allowCredentials: listed(o.allow), userVerification: "required" },
    ...(how.conditional ? { mediation: "conditional" as const } : {}), ...(how.signal ? { signal: how.signal } : {}),
  })) as PublicKeyCredential;
  const answer = got.response as AuthenticatorAssertionResponse;
  return { credential_id: toText(got.rawId), client_data: toText(answer.clientDataJSON), authenticator_data: toText(answer.authenticatorData),
    signature: toText(answer.signature), ...(answer.userHandle?.byteLength ? { user_handle: toText(answer.userHandle) } : {}) };
}
