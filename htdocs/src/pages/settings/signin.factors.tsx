// SPDX-License-Identifier: Apache-2.0
// The ways in besides the password: passkeys, and the second step.
import type { Schema } from "../../api/client";
import { useResource } from "../../app/data";
import { t } from "../../app/i18n";
import { Skeleton } from "../../ui/blocks";
import { Failed } from "../shell/missing";
import { Passkeys } from "./passkeys";
import { SecondFactor } from "./second-factor";

type Factors = Schema["Factors"];

export function FactorSections() {
  const factors = useResource<Factors>("/auth/factors");
  const reload = () => void factors.load();
  if (factors.error.value && !factors.data.value) return <Failed error={factors.error.value} retry={reload} />;
  if (!factors.data.value) return <Skeleton label={t("state.loading")} />;
  return (
    <>
      <Passkeys passkeys={factors.data.value.passkeys} reload={reload} />
      <SecondFactor factors={factors.data.value} reload={reload} />
    </>
  );
}
