import { expect, test } from "../support/fixtures.ts";

test("a reload while answering gets a fresh URL and can finish", async ({ staff, patient, sandbox }) => {
  const made = await staff.create();
  const visitor = await patient();
  await visitor.start(made.link);
  const first = (await visitor.window()).url();
  await visitor.page.reload();
  const before = await sandbox.counters();
  await visitor.pressStart();
  await expect(visitor.finishButton()).toBeVisible();
  expect((await visitor.window()).url()).not.toBe(first);
  expect((await sandbox.counters()).presigned - before.presigned).toBe(1);
  await visitor.finish();
  await visitor.expectThanks();
  await staff.expectState(made, "Answered");
});

test("a second tab gets its own URL, and the first one learns that it is over", async ({ staff, patient }) => {
  const made = await staff.create();
  const first = await patient();
  await first.start(made.link);
  const second = await patient();
  await second.start(made.link);
  expect((await second.window()).url()).not.toBe((await first.window()).url());
  await second.finish();
  await second.expectThanks();
  await staff.expectState(made, "Answered");
  // The first tab asks our server from time to time whether it is over.
  await expect(first.page.getByRole("heading", { name: "Thank you" })).toBeVisible({ timeout: 30_000 });
});

test("the first of two tabs can finish as well", async ({ staff, patient }) => {
  const made = await staff.create();
  const first = await patient();
  await first.start(made.link);
  const second = await patient();
  await second.start(made.link);
  await first.finish();
  await first.expectThanks();
  await staff.expectState(made, "Answered");
});

test("back and forward while answering", async ({ staff, patient }) => {
  const made = await staff.create();
  const visitor = await patient();
  await visitor.page.goto("/sign-in");
  await visitor.start(made.link);
  const first = (await visitor.window()).url();
  await visitor.page.goBack();
  await expect(visitor.page).toHaveURL(/\/sign-in$/);
  await visitor.page.goForward();
  await expect(visitor.page).toHaveURL(made.link);
  await visitor.pressStart();
  await expect(visitor.finishButton()).toBeVisible();
  expect((await visitor.window()).url()).not.toBe(first);
  await visitor.finish();
  await visitor.expectThanks();
});

test("an expired URL in the frame is replaced by a fresh one on request", async ({ staff, patient, sandbox, guard }) => {
  guard.allowStatus(410);
  const made = await staff.create();
  const visitor = await patient();
  await visitor.page.clock.install();
  await sandbox.faults({ expire_urls_after_s: 0 });
  await visitor.open(made.link);
  const gone = visitor.page.waitForResponse((response) => response.status() === 410);
  await visitor.pressStart();
  await gone;
  await sandbox.behave();
  const before = await sandbox.counters();
  const reload = visitor.page.getByRole("button", { name: "Reload the questionnaire", exact: true });
  // The desk cannot see into the frame; it offers a reload at once or after a while of its own clock.
  if (!(await reload.isVisible())) await visitor.page.clock.fastForward("05:00");
  await reload.click();
  await expect(visitor.finishButton()).toBeVisible();
  expect((await sandbox.counters()).presigned - before.presigned).toBe(1);
  await visitor.finish();
  await visitor.expectThanks();
  await staff.expectState(made, "Answered");
});

test("a finished link says thank you, on any device", async ({ staff, patient, sandbox }) => {
  const made = await staff.create();
  const visitor = await patient({ language: "fr" });
  await visitor.start(made.link);
  await visitor.finish();
  await visitor.expectThanks();
  await staff.expectState(made, "Answered");
  const before = await sandbox.counters();
  const elsewhere = await patient({ language: "fr" });
  await elsewhere.page.goto(made.link);
  await expect(elsewhere.page.getByRole("heading", { name: "Merci" })).toBeVisible();
  await expect(elsewhere.startButton()).toHaveCount(0);
  expect((await sandbox.counters()).presigned).toBe(before.presigned);
});

test("a revoked link is gone, and a new one works", async ({ staff, patient, guard }) => {
  guard.allowStatus(404, 410);
  const made = await staff.create();
  await staff.revoke();

  const visitor = await patient();
  expect((await visitor.page.goto(made.link))?.status()).toBe(410);
  await expect(visitor.page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(visitor.startButton()).toHaveCount(0);

  await staff.reissue();
  await expect.poll(() => staff.link()).not.toBe(made.link);
  const fresh = await staff.link();

  expect([404, 410]).toContain((await visitor.page.goto(made.link))?.status());
  await visitor.start(fresh);
  await visitor.finish();
  await visitor.expectThanks();
  await staff.expectState(made, "Answered");
});

test("a link revoked while the patient reads it does not start", async ({ staff, patient, sandbox, guard }) => {
  guard.allowStatus(410);
  const made = await staff.create();
  const visitor = await patient();
  await visitor.open(made.link);
  await staff.revoke();
  const before = await sandbox.counters();
  await visitor.startButton().click();
  await expect(visitor.page.getByText(/no longer|not valid|taken back|revoked|cancelled/i).first()).toBeVisible();
  await expect(visitor.page.locator("iframe")).toHaveCount(0);
  expect((await sandbox.counters()).presigned).toBe(before.presigned);
});

test("an expired link has its own page", async ({ anotherDesk, signedInAt, patient, guard }) => {
  guard.allowStatus(410);
  const desk = await anotherDesk({ env: { DESK_LINK_TTL: "1s" } });
  const staff = await signedInAt(desk);
  const made = await staff.create();
  await expect.poll(async () => (await fetch(made.link)).status, { timeout: 15_000 }).toBe(410);
  const visitor = await patient({}, desk);
  expect((await visitor.page.goto(made.link))?.status()).toBe(410);
  await expect(visitor.page.getByRole("heading", { level: 1, name: /expired/i })).toBeVisible();
  await staff.expectState(made, "Expired");
});

test("an unknown link is not found, in the patient's language", async ({ patient, guard }) => {
  guard.allowStatus(404);
  const visitor = await patient({ language: "fr" });
  for (const token of ["0".repeat(27), "x", "..%2f..%2fetc", "a".repeat(500)]) {
    expect((await visitor.page.goto(`/c/${token}`))?.status(), token.slice(0, 20)).toBe(404);
    await expect(visitor.page.locator("html")).toHaveAttribute("lang", /^fr/);
    await expect(visitor.page.getByRole("heading", { level: 1 })).toBeVisible();
  }
});
