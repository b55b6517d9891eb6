// SPDX-License-Identifier: Apache-2.0
// Signing in with a passkey alone: by a button, or among the names the browser fills in.
import { useEffect, useRef } from "preact/hooks";
import { post, type Schema } from "../../api/client";
import { explain } from "../../app/errors";
import { useWork } from "../../app/form";
import { t } from "../../app/i18n";
import { askPasskey, autofills, passkeysWork } from "../../app/passkeys";
import { signedIn } from "../../app/session";
import { Note } from "../../ui/blocks";
import { Button } from "../../ui/button";

const remember = () => document.querySelector<HTMLInputElement>("[name=remember]")?.checked ?? false;

async function signIn(how: Parameters<typeof askPasskey>[1]): Promise<void> {
  const signal = how?.signal ? { signal: how.signal } : {};
  const passkey = await askPasskey(await post("/auth/passkeys/challenge", { body: { purpose: "sign_in" }, ...signal }), how);
  const { user } = await post("/auth/passkey", { body: { passkey, remember: remember() } });
  signedIn(user as Schema["Me"], new URLSearchParams(location.search).get("next") ?? "/");
}

/** `waiting`: also listen for a passkey picked from the browser's suggestions. */
export function PasskeySignIn({ waiting }: { waiting?: boolean }) {
  const { busy, refused, work } = useWork<"ask">(), listening = useRef(new AbortController());
  const listen = async () => {
    const { signal } = listening.current = new AbortController();
    if (!waiting || !await autofills() || signal.aborted) return;
    try {
      await signIn({ signal, conditional: true });
    } catch (problem) {
      if (!signal.aborted) refused.value = explain(problem);
    }
  };
  useEffect(() => {
    void listen();
    return () => listening.current.abort();
  }, []);
  if (!passkeysWork) return null;
  const pressed = () => work("ask", async () => {
    listening.current.abort(); // one question at a time is all a browser allows
    try {
      await signIn({});
    } catch (problem) {
      void listen();
      throw problem;
    }
  });
  return (
    <>
      {refused.value && <Note kind="bad"><p>{refused.value}</p></Note>}
      <Button full icon="key" busy={!!busy.value} onClick={() => void pressed()}>{t("passkey.use")}</Button>
    </>
  );
}
