import { admin } from "../support/desk.ts";
import { expect, nobody, test } from "../support/fixtures.ts";
import { Staff } from "../support/staff.ts";

test("a stream that was refused is opened again", async ({ page, guard }) => {
  guard.allowStatus(503);
  await page.clock.install();
  await page.route(/\/live\?/, (route) => route.fulfill({ status: 503, body: "" }));
  await page.goto("/consultations");
  const told = page.locator(".live");
  await expect(told).toHaveText("Reconnecting…");
  await page.unroute(/\/live\?/);
  await page.clock.fastForward(5_500);
  await expect(told).toHaveText("Live");
});

test("when the session is over, the page asks for a password", async ({ staff, open, guard }) => {
  guard.allowStatus(401);
  guard.allowNetworkErrors();
  const context = await open(nobody);
  const board = await context.newPage();
  await new Staff(board).signIn(admin.email, admin.password);
  await expect(board.locator(".live")).toHaveText("Live");
  await context.request.post("/api/sign_out");
  // The next change ends the stream, and the browser's own attempt to open it again is refused.
  await staff.create();
  await expect(board).toHaveURL(/\/sign-in/, { timeout: 20_000 });
});

test("what ends by the clock alone shows without a reload", async ({ anotherDesk, signedInAt }) => {
  const desk = await anotherDesk({ env: { DESK_LINK_TTL: "1s" } });
  const staff = await signedInAt(desk);
  await staff.page.clock.install();
  const made = await staff.create();
  await expect(staff.page.locator(".live")).toHaveText("Live");
  await expect.poll(async () => (await fetch(made.link)).status, { timeout: 15_000 }).toBe(410);
  await staff.page.clock.fastForward(61_000);
  await expect(staff.page.getByText("Expired", { exact: true }).first()).toBeVisible();
});
