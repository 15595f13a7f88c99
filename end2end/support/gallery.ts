import type { Page } from "@playwright/test";
import type { Desk } from "./desk.ts";
import type { Sandbox } from "./sandbox.ts";
import type { Language } from "./words.ts";
import { Details } from "./details.ts";
import { Patient } from "./patient.ts";
import { freshName, type Made, Staff } from "./staff.ts";

/** What a picture or a check of every page needs. */
export interface Scene {
  desk: Desk;
  sandbox: Sandbox;
  language: Language;
  /** A signed-in staff member's window. */
  staff: Page;
  /** A window of nobody's. */
  stranger: Page;
  /** Looks at what a window shows now. */
  look: (name: string, page: Page) => Promise<void>;
  /** A link whose time is over. */
  expiredLink: string;
}

/** Visits every page of the desk in one language and looks at each. */
export async function visitEveryPage({ desk, sandbox, language, staff: page, stranger, look, expiredLink }: Scene): Promise<void> {
  const staff = new Staff(page, language);

  await stranger.goto("/sign-in");
  await look("sign-in", stranger);
  await stranger.locator("#email").fill("nobody@clinic.example");
  await stranger.locator("#password").fill("not this one");
  await stranger.locator("#main button").click();
  await stranger.locator("#errors").waitFor();
  await look("sign-in-refused", stranger);
  await stranger.goto("/c/done");
  await look("patient-done", stranger);

  const [ready, started, answered, revoked] = [await staff.create("Ada"), await staff.create("Grace"), await staff.create("Émilie"), await staff.create("Alan")];

  const visitor = new Patient(stranger, desk.sandboxUrl, language);
  await visitor.open(ready.link);
  await look("patient-start", stranger);
  await visitor.start(started.link);
  await look("patient-frame", stranger);
  await visitor.start(answered.link);
  await visitor.finish();
  await visitor.expectThanks();
  await look("patient-thanks", stranger);
  await stranger.goto(answered.link);
  await look("patient-answered", stranger);

  await sandbox.faults({ fail_next: { status: 401, count: 50 } });
  await visitor.open(ready.link);
  await visitor.startButton().click();
  await stranger.getByRole("alert").or(stranger.getByRole("status")).filter({ hasText: /personnel|staff/i }).first().waitFor();
  await look("patient-refused", stranger);
  await sandbox.behave();

  await patientTroubles(visitor, sandbox, started.link, look);

  await staff.open(ready);
  await look("consultation", page);
  await page.goto(`/consultations/${ready.id}/slip`);
  await look("slip", page);
  await page.goto(`/consultations/${ready.id}/patient`);
  await look("correct", page);
  await merge(staff, ready, look);
  await detailsPages(new Details(page, desk.sandboxUrl), ready, sandbox, look);
  await staff.open(answered);
  await look("consultation-answered", page);
  await staff.open(revoked);
  await staff.revoke();
  await look("consultation-revoked", page);
  await page.goto(`/consultations/${revoked.id}/slip`);
  await look("slip-without-link", page);
  await stranger.goto(revoked.link);
  await look("patient-revoked", stranger);
  await stranger.goto(`/c/${"0".repeat(27)}`);
  await look("patient-unknown", stranger);
  await stranger.goto(expiredLink);
  await look("patient-expired", stranger);

  await page.goto("/consultations");
  await staff.row(ready).waitFor();
  await look("board", page);
  await page.getByRole("searchbox").first().fill("nobody of that name");
  await page.getByRole("searchbox").first().press("Enter");
  await page.waitForURL(/\?/);
  await look("board-nothing-found", page);

  await page.goto("/consultations/new");
  await look("new", page);
  await page.locator("form").evaluateAll((forms) => forms.forEach((form) => ((form as HTMLFormElement).noValidate = true)));
  await staff.submit().click();
  await page.locator("[aria-invalid=true]").first().waitFor();
  await look("new-with-errors", page);
  await sandbox.faults({ fail_next: { status: 401, count: 1 } });
  await staff.fill("Ada", "Lovelace");
  await staff.submit().click();
  await page.getByText(/Empego/).and(page.getByRole("alert").or(page.getByRole("alert").locator("*"))).first().waitFor();
  await look("new-key-refused", page);
  await sandbox.behave();
  await staffDoubts(staff, sandbox, look);

  await followUps(staff, stranger, look);
  await administration(page, look);

  await page.goto("/no-such-page");
  await look("not-found", page);
}

/** The search for the other record of a patient, and both side by side. */
async function merge(staff: Staff, made: Made, look: Scene["look"]): Promise<void> {
  const { page } = staff;
  const other = await staff.create("Grace");
  await page.goto(`/consultations/${made.id}/merge`);
  await look("merge", page);
  await page.locator("#merge_search").fill(other.lastName);
  await page.keyboard.press("Enter");
  await page.locator("main .card a.button").first().click();
  await page.waitForURL(/[?]with=/);
  await look("merge-compare", page);
}

/** What is planned, by day. */
async function followUps(staff: Staff, stranger: Page, look: Scene["look"]): Promise<void> {
  const { page } = staff;
  await page.goto("/follow-ups/new");
  await look("follow-up-new", page);
  await page.locator("form[action='/api/plan_follow_up'] button.primary").click();
  await page.locator("#errors").waitFor();
  await look("follow-up-new-with-errors", page);
  const today = await staff.plan(0, "Blood pressure after two weeks");
  const planned = await staff.plan(5, "Toux");
  await look("follow-up", page);
  await stranger.goto(planned.link);
  await look("patient-follow-up", stranger);
  await page.goto("/follow-ups");
  await staff.row(today).waitFor();
  await look("follow-ups", page);
  await page.goto("/follow-ups?week=today");
  await look("follow-ups-week", page);
  await page.goto(`/follow-ups/new?follows=${today.id}`);
  await look("follow-up-of", page);
}

/** What administrators see, and everybody's own account. */
async function administration(page: Page, look: Scene["look"]): Promise<void> {
  for (const [name, path] of [
    ["account", "/account"],
    ["staff", "/admin/staff"],
    ["sites", "/admin/sites"],
    ["audit", "/admin/audit"],
    ["incidents", "/admin/incidents"],
    ["incident-new", "/admin/incidents/new"],
    ["retention", "/admin/retention"],
    ["connection", "/admin/connection"],
  ] as const) {
    await page.goto(path);
    await look(name, page);
  }
  await page.goto("/admin/staff");
  await page.locator("main table a").first().click();
  await page.waitForURL(/\/admin\/staff\/.+/);
  await look("staff-member", page);
}

/** What clinicians see of a consultation's details, and of what they export. */
async function detailsPages(details: Details, made: Made, sandbox: Sandbox, look: Scene["look"]): Promise<void> {
  await details.open(made);
  await look("details", details.page);
  await details.export(/ready|prête/);
  await look("details-exported", details.page);
  await sandbox.faults({ export_fails: "both" });
  await details.export(/failed|échoué/);
  await look("details-export-failed", details.page);
  await sandbox.faults({ fail_next: { status: 401, count: 1 } });
  await details.page.reload();
  await details.page.getByRole("alert").waitFor();
  await look("details-refused", details.page);
  await sandbox.behave();
}

/** What a patient sees while something is in the way. */
async function patientTroubles(visitor: Patient, sandbox: Sandbox, link: string, look: Scene["look"]): Promise<void> {
  const { page } = visitor;
  const alert = page.getByRole("alert");
  await sandbox.faults({ fail_next: { status: 503, count: 50 } });
  await visitor.open(link);
  await visitor.startButton().click();
  await alert.waitFor({ timeout: 30_000 });
  await look("patient-busy", page);
  await sandbox.behave();

  await visitor.start(link);
  await page.context().setOffline(true);
  await page.getByRole("status").filter({ hasText: /offline|hors ligne/ }).waitFor();
  await look("patient-offline", page);
  await page.context().setOffline(false);

  await page.clock.install();
  await sandbox.faults({ hang_pages: true });
  await visitor.open(link);
  await visitor.pressStart();
  await page.clock.fastForward(15_500);
  await alert.waitFor();
  await look("patient-slow", page);
  await sandbox.behave();
}

/** What staff see when a number or a person is doubtful, and when nobody knows what became of a consultation. */
async function staffDoubts(staff: Staff, sandbox: Sandbox, look: Scene["look"]): Promise<void> {
  const { page } = staff;
  const send = async (firstName: string, type: string, identifier: string) => {
    await page.goto("/consultations/new");
    await page.locator("#identifier_type").selectOption(type);
    await page.locator("#identifier").fill(identifier);
    await page.locator("#first_name").fill(firstName);
    await page.locator("#last_name").fill("Lovelace");
    await staff.submit().click();
    await page.locator("#errors").waitFor();
  };
  await send("Ada", "bc", "9698 658 214");
  await look("new-doubtful-number", page);
  const taken = freshName();
  await sandbox.faults({ fail_next: { status: 422, count: 1 } });
  await send("Ada", "file-number", taken);
  await page.goto("/consultations");
  await page.getByRole("table").getByRole("link", { name: "Ada Lovelace" }).first().click();
  await page.waitForURL(/\/consultations\/[0-9a-f-]{36}$/);
  await look("consultation-not-created", page);
  await sandbox.behave();
  await send("Grace", "file-number", taken);
  await look("new-other-patient", page);
  await sandbox.faults({ latency_ms: 5_000 });
  await send("Grace", "file-number", freshName());
  await look("new-outcome-unknown", page);
  await page.locator("#errors a").click();
  await page.waitForURL(/\/consultations\/[0-9a-f-]{36}$/);
  await look("consultation-outcome-unknown", page);
  await page.locator("form[action='/api/retry_create'] button").click();
  await page.locator("#errors").waitFor({ timeout: 20_000 });
  await look("consultation-outcome-unknown-again", page);
  await sandbox.behave();
}

/** The two widths that every page is looked at in. */
export const widths = [360, 1280] as const;
