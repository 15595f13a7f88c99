import { expect, test } from "../support/fixtures.ts";
import { completion } from "../support/patient.ts";
import { freshName } from "../support/staff.ts";

test.describe("the questionnaire does not come", () => {
  test("after 15 seconds the page says so, and a retry brings it", async ({ staff, patient, sandbox }) => {
    const made = await staff.create();
    const visitor = await patient();
    await visitor.page.clock.install();
    await sandbox.faults({ hang_pages: true });
    await visitor.open(made.link);
    await visitor.pressStart();
    const before = await sandbox.counters();
    await expect(visitor.page.locator("iframe")).toBeAttached();
    const retry = visitor.page.getByRole("button", { name: /try again|reload the questionnaire/i });
    await visitor.page.clock.fastForward(15_500);
    await expect(visitor.page.getByText(/not (loading|loaded|opening)|taking (a long time|longer)|did not (load|open)|has not (loaded|opened)/i).first()).toBeVisible();
    await expect(retry.first()).toBeVisible();
    // Pressed while the page still hangs: the mount before would come by itself once it does not.
    await retry.first().click();
    await sandbox.behave();
    await expect(visitor.finishButton()).toBeVisible();
    expect((await sandbox.counters()).presigned, "a fresh URL").toBe(before.presigned + 1);
    await visitor.finish();
    await visitor.expectThanks();
    await staff.expectState(made, "Answered");
  });

  test("and it can be opened in the whole window instead", async ({ staff, patient, sandbox, desk }) => {
    const made = await staff.create();
    const visitor = await patient();
    await visitor.page.clock.install();
    await sandbox.faults({ hang_pages: true });
    await visitor.open(made.link);
    await visitor.pressStart();
    await visitor.page.clock.fastForward(15_500);
    const full = visitor.page.getByRole("button", { name: /full screen/i }).or(visitor.page.getByRole("link", { name: /full screen/i })).first();
    await expect(full).toBeVisible();
    // Nothing is waited for here: what the press leads to hangs until the sandbox behaves, and so does the frame, whose
    // arrival takes the panel away.
    await full.click({ noWaitAfter: true });
    await sandbox.behave();
    await expect
      .poll(() => visitor.page.context().pages().some((window) => new URL(window.url()).origin === desk.sandboxUrl))
      .toBe(true);
    const window = visitor.page.context().pages().find((page) => new URL(page.url()).origin === desk.sandboxUrl)!;
    await expect(window.getByRole("button", { name: /^(Finish|Terminer)$/ })).toBeVisible();
  });
});

test.describe("Empego says no", () => {
  test("our key is refused: the patient is sent to the staff", async ({ staff, patient, sandbox, guard }) => {
    guard.allowStatus(401, 502, 503);
    const made = await staff.create();
    const visitor = await patient();
    await visitor.open(made.link);
    await sandbox.faults({ fail_next: { status: 401, count: 10 } });
    await visitor.startButton().click();
    await expect(visitor.page.getByText(/ask the staff/i).filter({ visible: true }).first()).toBeVisible();
    await expect(visitor.page.locator("iframe")).toHaveCount(0);
    await sandbox.behave();
    await staff.expectState(made, "Opened");
  });

  test("the same in French", async ({ staff, patient, sandbox, guard }) => {
    guard.allowStatus(401, 502, 503);
    const made = await staff.create();
    const visitor = await patient({ language: "fr" });
    await visitor.open(made.link);
    await sandbox.faults({ fail_next: { status: 401, count: 10 } });
    await visitor.startButton().click();
    await expect(visitor.page.getByText(/personnel/i).filter({ visible: true }).first()).toBeVisible();
    await expect(visitor.page.locator("iframe")).toHaveCount(0);
  });

  test("it is out of order: the patient can try again", async ({ staff, patient, sandbox, guard }) => {
    guard.allowStatus(502, 503);
    const made = await staff.create();
    const visitor = await patient();
    await visitor.open(made.link);
    await sandbox.faults({ fail_next: { status: 503, count: 50 } });
    await visitor.startButton().click();
    const again = visitor.page.getByRole("button", { name: /try again/i }).or(visitor.startButton()).first();
    await expect(visitor.page.getByRole("alert").or(visitor.page.getByRole("status")).filter({ hasText: /again/i }).first()).toBeVisible({ timeout: 20_000 });
    await sandbox.behave();
    await again.click();
    await expect(visitor.finishButton()).toBeVisible();
    await visitor.finish();
    await visitor.expectThanks();
  });

  test("one short failure is not even noticed", async ({ staff, patient, sandbox }) => {
    const made = await staff.create();
    const visitor = await patient();
    await visitor.open(made.link);
    await sandbox.faults({ fail_next: { status: 503, count: 1 } });
    await visitor.startButton().click();
    await expect(visitor.finishButton()).toBeVisible();
  });
});

test.describe("the patient's network goes", () => {
  test("offline at the moment of completion: delivered when it is back", async ({ staff, patient, guard, sandbox }) => {
    guard.allowNetworkErrors();
    const made = await staff.create();
    const visitor = await patient();
    await visitor.start(made.link);
    const key = await sandbox.key(made);
    await visitor.page.context().setOffline(true);
    await visitor.post(completion(key));
    await expect(visitor.page.getByRole("heading", { name: "Thank you" }).or(visitor.page.getByText(/saving|sending/i)).first()).toBeVisible();
    await staff.expectState(made, "Started");
    await visitor.page.context().setOffline(false);
    await staff.expectState(made, "Answered");
    await visitor.expectThanks();
  });

  test("offline, completed, and the page reloaded afterwards", async ({ staff, patient, guard, sandbox }) => {
    guard.allowNetworkErrors();
    const made = await staff.create();
    const visitor = await patient();
    await visitor.start(made.link);
    const key = await sandbox.key(made);
    await visitor.page.context().setOffline(true);
    await visitor.post(completion(key));
    await expect(visitor.page.getByRole("heading", { name: "Thank you" }).or(visitor.page.getByText(/saving|sending/i)).first()).toBeVisible();
    await visitor.page.context().setOffline(false);
    await visitor.page.reload();
    await visitor.expectThanks();
    await staff.expectState(made, "Answered");
  });

  test("offline when Start is pressed: said so, and it works when it is back", async ({ staff, patient, guard }) => {
    guard.allowNetworkErrors();
    const made = await staff.create();
    const visitor = await patient();
    await visitor.open(made.link);
    await staff.expectState(made, "Opened");
    await visitor.page.context().setOffline(true);
    await visitor.startButton().click();
    await expect(visitor.page.getByRole("alert").or(visitor.page.getByRole("status")).filter({ hasText: /\S/ }).first()).toBeVisible();
    await visitor.page.context().setOffline(false);
    await visitor.page.getByRole("button", { name: /try again|^start$/i }).first().click();
    await expect(visitor.finishButton()).toBeVisible();
  });
});

test("Start pressed twice starts once", async ({ staff, patient, sandbox }) => {
  const made = await staff.create();
  const visitor = await patient();
  await visitor.open(made.link);
  await staff.expectState(made, "Opened");
  const before = await sandbox.counters();
  await sandbox.faults({ latency_ms: 300 });
  await visitor.startButton().dblclick();
  await expect(visitor.finishButton()).toBeVisible();
  expect((await sandbox.counters()).presigned - before.presigned).toBe(1);
});

test.describe("creating", () => {
  test("Empego does not answer: nobody claims to know, and the same press again creates nothing more", async ({ staff, page, sandbox, guard }) => {
    guard.allowStatus(504);
    const lastName = freshName();
    await page.goto("/consultations/new");
    await staff.fill("Ada", lastName);
    const body = await page.locator("form").filter({ has: staff.submit() }).evaluate((form) => {
      return { action: (form as HTMLFormElement).action, fields: new URLSearchParams(new FormData(form as HTMLFormElement) as never).toString() };
    });
    const before = await sandbox.counters();
    await sandbox.faults({ latency_ms: 5_000 });
    await staff.submit().click();
    await expect(page.getByText(/not know whether|may or may not have|unknown whether|not sure whether|cannot tell whether/i).first()).toBeVisible({ timeout: 20_000 });
    await sandbox.behave();
    await page.evaluate(
      ({ action, fields }) => fetch(action, { method: "POST", body: new URLSearchParams(fields) }).then((answer) => answer.status),
      body,
    );
    await page.goto("/consultations");
    await expect(staff.row({ lastName })).toHaveCount(1);
    expect((await sandbox.counters()).creates - before.creates).toBeLessThanOrEqual(1);
  });

  test("our key is refused: staff read so, entries are kept, nothing is created", async ({ staff, page, sandbox, guard }) => {
    guard.allowStatus(502);
    const lastName = freshName();
    const before = await sandbox.counters();
    await page.goto("/consultations/new");
    await staff.fill("Ada", lastName);
    await staff.field("dateOfBirth").fill("1950-06-07");
    await sandbox.faults({ fail_next: { status: 401, count: 1 } });
    await staff.submit().click();
    await expect(page.getByText(/Empego refused our key/).first()).toBeVisible();
    await expect(page.getByText(/nothing was created/i).first()).toBeVisible();
    await expect(staff.field("firstName")).toHaveValue("Ada");
    await expect(staff.field("lastName")).toHaveValue(lastName);
    await expect(staff.field("dateOfBirth")).toHaveValue("1950-06-07");
    await expect(staff.field("identifier")).toHaveValue(lastName.toUpperCase());
    expect((await sandbox.counters()).creates).toBe(before.creates);

    // The same form, sent again when the key works, creates it.
    await staff.submit().click();
    const made = await staff.made(lastName);
    expect((await sandbox.counters()).creates - before.creates).toBe(1);
    await page.goto("/consultations");
    await expect(staff.row(made)).toHaveCount(1);
  });

  test("Empego is out of order: nothing was created, and the form can be sent again", async ({ staff, page, sandbox, guard }) => {
    guard.allowStatus(502, 503);
    const lastName = freshName();
    await page.goto("/consultations/new");
    await staff.fill("Ada", lastName);
    await sandbox.faults({ fail_next: { status: 429, count: 20 } });
    await staff.submit().click();
    await expect(page.getByText(/nothing was created/i).first()).toBeVisible({ timeout: 20_000 });
    await sandbox.behave();
    await expect(staff.field("lastName")).toHaveValue(lastName);
    await staff.submit().click();
    await staff.made(lastName);
  });

  test("a double click creates one consultation", async ({ staff, page, sandbox }) => {
    const lastName = freshName();
    await page.goto("/consultations/new");
    await staff.fill("Ada", lastName);
    const before = await sandbox.counters();
    await sandbox.faults({ latency_ms: 300 });
    await staff.submit().dblclick();
    const made = await staff.made(lastName);
    expect((await sandbox.counters()).creates - before.creates).toBe(1);
    await page.goto("/consultations");
    await expect(staff.row(made)).toHaveCount(1);
  });

  test("the same form sent three times at once creates one consultation", async ({ staff, page, sandbox }) => {
    const lastName = freshName();
    await page.goto("/consultations/new");
    await staff.fill("Ada", lastName);
    const before = await sandbox.counters();
    await sandbox.faults({ latency_ms: 300 });
    const ends = await page.locator("form").filter({ has: staff.submit() }).evaluate(async (form) => {
      const { action } = form as HTMLFormElement;
      const fields = new URLSearchParams(new FormData(form as HTMLFormElement) as never);
      const send = () => fetch(action, { method: "POST", body: fields, headers: { accept: "text/html" } });
      return (await Promise.all([send(), send(), send()])).map((answer) => answer.url);
    });
    expect(new Set(ends).size, "all three lead to one page").toBe(1);
    expect(ends[0]).toMatch(/\/consultations\/[0-9a-f-]{36}$/);
    expect((await sandbox.counters()).creates - before.creates).toBe(1);
    await page.goto("/consultations");
    await expect(staff.row({ lastName })).toHaveCount(1);
  });
});
