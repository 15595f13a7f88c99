import type { Route } from "@playwright/test";
import { expect, test } from "../support/fixtures.ts";
import { FRAME_SANDBOX } from "../support/sandbox.ts";

const HEADING = "Consultation questionnaire";

test("a start that hangs can be started again, and its late answer changes nothing", async ({ staff, patient, sandbox }) => {
  const made = await staff.create();
  const visitor = await patient();
  const held: Route[] = [];
  await visitor.page.clock.install();
  await visitor.open(made.link);
  await visitor.page.route("**/api/start_consultation", async (route) => {
    if (held.length > 0) await route.continue();
    else held.push(route);
  });
  await visitor.startButton().click();
  await expect.poll(() => held.length).toBe(1);
  await visitor.page.clock.fastForward(15_500);
  const reload = visitor.page.getByRole("button", { name: "Reload the questionnaire", exact: true });
  await expect(reload).toBeVisible();
  await reload.click();
  await expect(visitor.finishButton()).toBeVisible();
  await expect(visitor.page.locator("iframe")).toHaveAttribute("sandbox", FRAME_SANDBOX);
  const source = await visitor.page.locator("iframe").getAttribute("src");
  const late = held[0]!.request();
  await held[0]!.continue();
  // On a slow machine the page has given it up meanwhile: that is an end as well.
  await expect.poll(async () => late.failure() !== null || (await late.response())?.ok()).toBe(true);
  await visitor.expectStillAnswering();
  expect(await visitor.page.locator("iframe").getAttribute("src"), "the newer frame stays").toBe(source);
  await visitor.finish();
  await visitor.expectThanks();
  expect((await sandbox.counters()).presigned).toBeGreaterThan(0);
});

test("a start that is never answered ends, and says so", async ({ staff, patient, guard }) => {
  guard.allowNetworkErrors();
  const made = await staff.create();
  const visitor = await patient();
  const held: Route[] = [];
  await visitor.page.clock.install();
  await visitor.open(made.link);
  // The route stays to the end: taking it away while a request waits at it can hold up the next one.
  await visitor.page.route("**/api/start_consultation", async (route) => {
    if (held.length > 0) await route.continue();
    else held.push(route);
  });
  await visitor.startButton().click();
  // Held here, so its own timers run already.
  await expect.poll(() => held.length).toBe(1);
  await visitor.page.clock.fastForward(25_500);
  await expect(visitor.page.getByRole("alert").filter({ hasText: "Please try again" })).toBeVisible();
  await visitor.page.getByRole("button", { name: "Try again", exact: true }).click();
  await expect(visitor.finishButton()).toBeVisible();
});

test("the focus goes with what is on screen, and one line tells about it", async ({ staff, patient }) => {
  const made = await staff.create();
  const visitor = await patient();
  await visitor.page.goto(made.link);
  const line = visitor.page.getByRole("status");
  await expect(line, "it is there before it says anything").toHaveCount(1);
  await expect(line).toHaveText("");
  await visitor.pressStart();
  await expect(visitor.page.getByRole("heading", { name: HEADING })).toBeFocused();
  await expect(line).toHaveText("Answer the questions below.");
  const source = await visitor.page.locator("iframe").getAttribute("src");
  await visitor.page.getByText("Is the questionnaire not working?").click();
  await visitor.page.getByRole("button", { name: "Reload the questionnaire", exact: true }).click();
  await expect(visitor.page.locator("iframe")).not.toHaveAttribute("src", source!);
  await expect(visitor.page.getByRole("heading", { name: HEADING })).toBeFocused();
  await visitor.finish();
  await visitor.expectThanks();
  await expect(line).toHaveText(/You can close this page/);
});

test("the whole window is offered whatever the frame shows, but not where only staff can help", async ({ staff, patient, sandbox, desk, guard }) => {
  guard.allowStatus(502);
  const made = await staff.create();
  const visitor = await patient();
  await visitor.open(made.link);
  await sandbox.faults({ fail_next: { status: 401, count: 1 } });
  await visitor.startButton().click();
  await expect(visitor.page.getByRole("alert")).toContainText("Please ask the staff");
  const full = visitor.page.getByRole("button", { name: "Open full screen", exact: true });
  await expect(full).toHaveCount(0);
  await visitor.page.getByRole("button", { name: "Try again", exact: true }).click();
  await expect(visitor.finishButton()).toBeVisible();
  await visitor.page.getByText("Is the questionnaire not working?").click();
  await full.click();
  await expect(visitor.page).toHaveURL((url) => url.origin === desk.sandboxUrl);
});
