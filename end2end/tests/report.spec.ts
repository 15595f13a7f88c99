import type { Page } from "@playwright/test";
import { expect, test } from "../support/fixtures.ts";
import { completion, Patient } from "../support/patient.ts";

const KEEP_OPEN = /Keep this page open while we notify/;
const CLOSE = /You can close this page/;

/** Answers every report of a page in the server's place, until told otherwise. No beacon gets round it. */
async function holdReports(page: Page, status = 503): Promise<() => Promise<void>> {
  await page.addInitScript(() => (navigator.sendBeacon = () => false));
  await page.route("**/api/report_message", (route) => route.fulfill({ status, contentType: "application/json", body: '"busy"' }));
  return () => page.unroute("**/api/report_message");
}

test("without storage an answer is still reported", async ({ staff, patient }) => {
  const made = await staff.create();
  const visitor = await patient();
  await visitor.page.addInitScript(() => {
    Object.defineProperty(window, "sessionStorage", {
      get() {
        throw new DOMException("denied", "SecurityError");
      },
    });
  });
  await visitor.start(made.link);
  await visitor.finish();
  await visitor.expectThanks();
  await staff.expectState(made, "Answered");
});

test("until the answer is delivered, nobody says that the page may be closed", async ({ staff, patient, guard }) => {
  guard.allowStatus(503);
  const made = await staff.create();
  const visitor = await patient();
  const deliver = await holdReports(visitor.page);
  await visitor.start(made.link);
  await visitor.finish();
  await visitor.expectThanks();
  await expect(visitor.page.getByRole("status").filter({ hasText: KEEP_OPEN })).toBeAttached();
  await expect(visitor.page.getByText(KEEP_OPEN).filter({ visible: true }).last()).toBeVisible();
  await expect(visitor.page.getByText(CLOSE)).toHaveCount(0);
  await deliver();
  await expect(visitor.page.getByText(CLOSE).last()).toBeVisible();
  await expect(visitor.page.getByText(KEEP_OPEN)).toHaveCount(0);
  await staff.expectState(made, "Answered");
});

test("a waiting answer belongs to its own link", async ({ staff, patient, guard }) => {
  guard.allowStatus(503);
  const [ada, bea] = [await staff.create("Ada"), await staff.create("Bea")];
  const visitor = await patient();
  const deliver = await holdReports(visitor.page);
  await visitor.start(ada.link);
  await visitor.finish();
  await visitor.expectThanks();
  await visitor.open(bea.link);
  await expect(visitor.page.getByRole("heading", { name: "Thank you" })).toHaveCount(0);
  await deliver();
  await staff.expectState(ada, "Answered");
  await staff.expectState(bea, "Opened");
  await expect(visitor.startButton()).toBeVisible();
  const token = (link: string) => new URL(link).pathname.split("/")[2];
  expect(new Set(visitor.reports.map((body) => new URLSearchParams(body).get("token")))).toEqual(new Set([token(ada.link)]));
  await expect.poll(() => visitor.page.evaluate(() => sessionStorage.length)).toBe(0);
});

test("a refusal that is nobody's last word does not lose the answer", async ({ staff, patient, guard }) => {
  guard.allowStatus(403);
  const made = await staff.create();
  const visitor = await patient();
  const deliver = await holdReports(visitor.page, 403);
  await visitor.start(made.link);
  const refused = visitor.page.waitForResponse((response) => response.status() === 403);
  await visitor.finish();
  await refused;
  await deliver();
  await staff.expectState(made, "Answered");
});

test("a page that is over still delivers what waits", async ({ staff, patient, guard }) => {
  guard.allowStatus(410, 503);
  const made = await staff.create();
  const visitor = await patient();
  const deliver = await holdReports(visitor.page);
  await visitor.start(made.link);
  await visitor.finish();
  await visitor.expectThanks();
  await staff.open(made);
  await staff.revoke();
  await visitor.page.reload();
  await expect(visitor.page.getByRole("heading", { level: 1, name: /no longer valid/ })).toBeVisible();
  await expect(visitor.page.getByRole("status").filter({ hasText: KEEP_OPEN })).toBeVisible();
  await deliver();
  await visitor.expectThanks();
  await staff.expectState(made, "Answered");
});

test("the last page of a shared device delivers what waits", async ({ staff, patient, guard }) => {
  guard.allowStatus(503);
  const made = await staff.create();
  const visitor = await patient();
  const deliver = await holdReports(visitor.page);
  await visitor.start(made.link);
  await visitor.finish();
  await visitor.expectThanks();
  await visitor.page.goto("/c/done");
  await expect(visitor.page.getByRole("status").filter({ hasText: KEEP_OPEN })).toBeVisible();
  await expect(visitor.page.getByText(CLOSE)).toBeHidden();
  await deliver();
  await expect(visitor.page.getByText(KEEP_OPEN).filter({ visible: true })).toHaveCount(0);
  await expect(visitor.page.getByText(CLOSE)).toBeVisible();
  await staff.expectState(made, "Answered");
});

test("of what Empego's page says only what is read is kept and sent", async ({ staff, patient, sandbox, guard }) => {
  guard.allowStatus(503);
  const made = await staff.create();
  const visitor = await patient();
  const deliver = await holdReports(visitor.page);
  await visitor.start(made.link);
  const key = await sandbox.key(made);
  await visitor.post({ eventType: "consultation", operation: "sync", status: "IN_PROGRESS", id: key, answers: { reason: "chest pain" } });
  await visitor.post(completion(key, { answers: { reason: "chest pain" } }));
  await visitor.expectThanks();
  const stored = await visitor.page.evaluate(() => JSON.stringify({ ...sessionStorage }));
  expect(stored).toContain("TO_BE_ANALYZED");
  expect(stored).not.toContain("chest");
  await deliver();
  await staff.expectState(made, "Answered");
  expect(visitor.reports.length).toBeGreaterThan(1);
  for (const body of visitor.reports) {
    const message = JSON.parse(new URLSearchParams(body).get("message")!);
    expect(Object.keys(message).sort()).toEqual(["eventType", "id", "operation", "status"]);
  }
});

test("a delivery that hangs is given up and tried again", async ({ staff, patient, guard }) => {
  guard.allowNetworkErrors();
  const made = await staff.create();
  const visitor = await patient();
  await visitor.page.clock.install();
  await visitor.page.route("**/api/report_message", () => {});
  await visitor.start(made.link);
  await visitor.finish();
  await visitor.expectThanks();
  await expect.poll(() => visitor.reports.length).toBe(1);
  await visitor.page.unroute("**/api/report_message");
  await visitor.page.evaluate(() => dispatchEvent(new Event("online")));
  await visitor.page.clock.fastForward(10_500);
  await staff.expectState(made, "Answered");
  await expect(visitor.page.getByText(CLOSE).last()).toBeVisible();
});

test("a shared device goes to its last page when the answer is delivered, and no sooner", async ({ staff, page, desk, guard }) => {
  guard.allowStatus(503);
  const made = await staff.create();
  const token = new URL(made.link).pathname.split("/")[2]!;
  const opened = page.waitForEvent("popup");
  await page.getByRole("button", { name: "Open on this device", exact: true }).click();
  const visitor = new Patient(await opened, desk.sandboxUrl);
  const deliver = await holdReports(visitor.page);
  await visitor.pressStart();
  await visitor.finish();
  await visitor.expectThanks();
  await expect(visitor.page.getByText(KEEP_OPEN).last()).toBeVisible();
  await expect(visitor.page.getByText(/give the device back/i)).toHaveCount(0);
  expect(visitor.page.url(), "a reload would still find the way").toContain(token);
  await deliver();
  await expect(visitor.page).toHaveURL(/\/c\/done\?lang=en$/);
  await expect(visitor.page.getByText(/give the device back/i)).toBeVisible();
  expect(await visitor.page.content(), "nothing in the page leads back to the link").not.toContain(token);
  await staff.expectState(made, "Answered");
});

test("a shared device changes its language and stays shared", async ({ staff, page, desk }) => {
  const made = await staff.create();
  const token = new URL(made.link).pathname.split("/")[2]!;
  const opened = page.waitForEvent("popup");
  await page.getByRole("button", { name: "Open on this device", exact: true }).click();
  const tab = await opened;
  await expect(tab.getByRole("button", { name: "Start", exact: true })).toBeVisible();
  // The page is awake when it has told the server so.
  await staff.expectState(made, "Opened");
  const before = await tab.evaluate(() => history.length);
  await tab.getByRole("link", { name: "Français" }).click();
  const visitor = new Patient(tab, desk.sandboxUrl, "fr");
  await expect(visitor.startButton()).toBeVisible();
  await expect(tab).toHaveURL(/\?lang=fr#shared$/);
  expect(await tab.evaluate(() => history.length)).toBe(before);
  await visitor.pressStart();
  await visitor.finish();
  await visitor.expectThanks();
  await expect(tab).toHaveURL(/\/c\/done\?lang=fr$/);
  expect(await tab.content()).not.toContain(token);
  await tab.reload();
  await expect(tab.getByRole("heading", { name: "Merci" })).toBeVisible();
});
