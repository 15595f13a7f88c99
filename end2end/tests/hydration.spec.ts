import { expect, test } from "../support/fixtures.ts";
import { completion } from "../support/patient.ts";

/** Something that happens when the test says so. */
function gate() {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
}

test("Start pressed before hydration starts exactly once after it", async ({ staff, patient, sandbox }) => {
  const made = await staff.create();
  const visitor = await patient();
  const bundle = gate();
  const asked = gate();
  await visitor.page.route(/\/pkg\/.*\.wasm/, async (route) => {
    asked.open();
    await bundle.opened;
    await route.continue();
  });
  const before = await sandbox.counters();
  await visitor.page.goto(made.link, { waitUntil: "commit" });
  await visitor.startButton().click({ noWaitAfter: true });
  await visitor.startButton().click({ noWaitAfter: true, timeout: 2_000 }).catch(() => {
    // The button may well be out of use after the first press.
  });
  await asked.opened;
  expect((await sandbox.counters()).presigned).toBe(before.presigned);
  bundle.open();
  await expect(visitor.finishButton()).toBeVisible();
  await expect(visitor.page, "the page stays where it is").toHaveURL(made.link);
  expect((await sandbox.counters()).presigned - before.presigned).toBe(1);
  await visitor.finish();
  await visitor.expectThanks();
  expect((await sandbox.counters()).presigned - before.presigned).toBe(1);
});

test("answered before the page is awake: thank you, and exactly one answer", async ({ staff, patient, sandbox }) => {
  const made = await staff.create();
  const visitor = await patient();
  const bundle = gate();
  await visitor.page.route(/\/pkg\/.*\.wasm/, async (route) => {
    await bundle.opened;
    await route.continue();
  });
  await sandbox.faults({ post_at_load: true });
  await visitor.page.goto(made.link, { waitUntil: "commit" });
  await visitor.startButton().click({ noWaitAfter: true });
  bundle.open();
  await visitor.expectThanks();
  await staff.expectState(made, "Answered");
  await staff.open(made);
  await expect(staff.timeline(/Answers received, according to the browser/)).toHaveCount(1);
  expect(new Set(visitor.reports).size).toBe(1);
});

test("a foreign message before hydration neither throws nor completes", async ({ staff, patient }) => {
  const made = await staff.create();
  const visitor = await patient();
  const bundle = gate();
  await visitor.page.route(/\/pkg\/.*\.wasm/, async (route) => {
    await bundle.opened;
    await route.continue();
  });
  await visitor.page.goto(made.link, { waitUntil: "commit" });
  await expect(visitor.startButton()).toBeVisible();
  for (const body of [completion("00000000-0000-4000-8000-000000000009"), "text", null, { padding: "x".repeat(1_000_000) }]) {
    await visitor.page.evaluate((message) => window.postMessage(message, "*"), body);
  }
  bundle.open();
  await visitor.pressStart();
  await expect(visitor.finishButton()).toBeVisible();
  await visitor.expectStillAnswering();
  expect(visitor.reports).toEqual([]);
  await visitor.finish();
  await visitor.expectThanks();
  await staff.expectState(made, "Answered");
});

test("without the browser bundle the plain form still leads to the questionnaire", async ({ staff, patient, desk, guard }) => {
  guard.allowNetworkErrors();
  guard.allow(/dynamically imported module/);
  const made = await staff.create();
  const visitor = await patient();
  await visitor.page.route(/\/pkg\/.*\.(js|wasm)/, (route) => route.abort());
  await visitor.page.goto(made.link);
  await visitor.startButton().click();
  await expect(visitor.page).toHaveURL((url) => url.origin === desk.sandboxUrl, { timeout: 20_000 });
  await expect(visitor.page.getByRole("button", { name: /^(Finish|Terminer)$/ })).toBeVisible();
  await staff.expectState(made, "Started");
});

test("a bundle that arrives and cannot be run does the same", async ({ staff, patient, desk, guard }) => {
  guard.allow(/./);
  const made = await staff.create();
  const visitor = await patient();
  await visitor.page.route(/\/pkg\/.*\.wasm/, (route) => route.fulfill({ contentType: "application/wasm", body: "no module" }));
  await visitor.page.goto(made.link);
  await visitor.startButton().click();
  await expect(visitor.page).toHaveURL((url) => url.origin === desk.sandboxUrl, { timeout: 20_000 });
});
