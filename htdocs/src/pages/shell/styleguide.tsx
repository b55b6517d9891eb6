// SPDX-License-Identifier: Apache-2.0
// Every component in every state, for those who build pages. The server offers it in development only;
// its own words are not translated.
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { setTheme, theme } from "../../app/theme";
import { serverHtml } from "../../app/trusted";
import { Avatar } from "../../ui/avatar";
import { Empty, Note, Progress, Skeleton } from "../../ui/blocks";
import { Button, ButtonLink, IconButton } from "../../ui/button";
import { Courses, QueueLine } from "../../ui/courses";
import { Dialog } from "../../ui/dialog";
import { Check, PasswordField, Select, Switch, TextArea, TextField } from "../../ui/field";
import { Menu } from "../../ui/menu";
import { More } from "../../ui/more";
import { Tabs } from "../../ui/tabs";
import { Amount, RichText, Time } from "../../ui/text";
import { toast } from "../../ui/toast";
import { Main } from "./main";

const Part = ({ name, children }: { name: string; children: ComponentChildren }) => (
  <section class="face block" aria-label={name}><h2>{name}</h2>{children}</section>
);

export default function Styleguide() {
  const tab = useSignal("one"), open = useSignal(false);
  return (
    <Main title="Components" wide head={<Button small onClick={() => setTheme(theme.value === "dark" ? "light" : "dark")}>Other theme</Button>}>
      <div class="stack">
        <Part name="Button"><div class="row">
          <Button kind="main">Main</Button><Button>Second</Button><Button kind="plain">Plain</Button><Button kind="danger">Danger</Button>
          <Button kind="main" busy>Busy</Button><Button disabled>Unavailable</Button><Button small icon="plus">Small</Button>
          <ButtonLink href="#link">Link</ButtonLink><IconButton icon="more" label="More" /></div></Part>
        <Part name="Field"><div class="pair">
          <TextField label="Name" hint="As others see it." value="Mira" /><TextField label="Name" error="Must be at least 3 characters." value="Mi" />
          <PasswordField label="Password" reveal="Show" conceal="Hide" value="correct horse" /><TextField label="Unavailable" disabled value="Nothing to do" />
          <TextArea label="Words" rows={3} /><Select label="Language" options={[{ value: "en", text: "English" }, { value: "ar", text: "العربية" }]} />
          <Check label="Let others remix it" hint="Remixes link back to your wall." checked /><Switch label="Keyboard shortcuts" checked /></div></Part>
        <Part name="Tabs"><Tabs label="Kinds" current={tab.value} onPick={(id) => { tab.value = id; }}
          tabs={[{ id: "one", label: "Post", icon: "comment" }, { id: "two", label: "Mini-app", icon: "app" }]}><p class="mt">{tab.value}</p></Tabs></Part>
        <Part name="Dialog, menu, toast"><div class="row"><Button onClick={() => { open.value = true; }}>Dialog</Button>
          <Menu label="Menu" items={[{ label: "Copy the link", icon: "link" }, { label: "Delete", icon: "x", danger: true }]}>Menu</Menu>
          <Button onClick={() => toast("Saved.", { kind: "ok" })}>Toast</Button>
          <Button onClick={() => toast("It could not be saved. Nothing is lost.", { kind: "bad" })}>Toast, bad</Button></div>
        {open.value && <Dialog title="Stop writing?" close="Close" onClose={() => { open.value = false; }} foot={<Button kind="main" onClick={() => { open.value = false; }}>Stop</Button>}><p>All bricks come back.</p></Dialog>}</Part>
        <Part name="Avatar, text, amount"><div class="row">{(["xs", "s", "m", "xl"] as const).map((size) => <Avatar key={size} name="Mira Okafor" size={size} />)}</div>
          <RichText html={serverHtml("<h2>Batch 14</h2><p>Twelve tests, <strong>three keepers</strong>.</p><ul><li>Cobalt</li></ul><blockquote><p>Hold.</p></blockquote>")} />
          <p><Time iso="2026-11-21T08:00:00Z" text="5 min. ago" exact="Saturday, 21 November 2026 at 08:00" /></p>
          <p class="row"><Amount text="1,240" label="1,240 bricks" level="ok" /><Amount text="46" label="46 bricks" level="low" /><Amount text="0" label="0 bricks" level="bad" /></p></Part>
        <Part name="Courses"><Courses laid={38} likely={38} most={55} label="At least 38, at most 55" /><Courses laid={31} likely={42} most={60} live label="31 laid" />
          <QueueLine position={3} total={8} label="Two ahead, five behind" /></Part>
        <Part name="Notes, progress"><Note><p>Neutral.</p></Note><Note kind="ok"><p>Done.</p></Note><Note kind="low"><p>Running low.</p></Note>
          <Note kind="bad"><p>The code stopped halfway. All 44 bricks are back.</p></Note><Progress value={62} label="Uploading" /></Part>
        <Empty title="Nothing here yet" text="What is posted appears here."><Button kind="main">New post</Button></Empty>
        <Skeleton label="Loading" count={1} />
        <More href="#more" label="Show more" busy onMore={() => {}} />
      </div>
    </Main>
  );
}
