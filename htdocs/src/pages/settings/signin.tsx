// SPDX-License-Identifier: Apache-2.0
// How one signs in: each way is a section of its own.
import { Settings } from "./frame";
import { FactorSections } from "./signin.factors";
import { EmailSection } from "./signin.email";
import { PasswordSection } from "./signin.password";

export default function SignIn() {
  return (
    <Settings>
      <PasswordSection />
      <FactorSections />
      <EmailSection />
    </Settings>
  );
}
