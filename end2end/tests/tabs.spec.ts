import type { BrowserContext, Page } from "@playwright/test";
import { admin, type Desk } from "../support/desk.ts";
import { expect, nobody, test } from "../support/fixtures.ts";
import { Staff } from "../support/staff.ts";
import { Swallower } from "../support/swallower.ts";

/** A stream that a tab has asked for. */
interface Asked {
  tab: Page;
  after: number;
  of: string;
}

/** The streams that the tabs of a browser ask for, in order. */
function streams(context: BrowserContext): Asked[] {
  const asked: Asked[] = [];
  context.on("request", (request) => {
    const { pathname, searchParams } = new URL(request.url());
    if (pathname !== "/live") return;
    asked.push({ tab: request.frame().page(), after: Number(searchParams.get("after")), of: searchParams.get("of") ?? "" });
  });
  return asked;
}

const told = (tab: Page) => tab.locator(".live");

/** Opens boards in tabs of one browser, and waits until each is up to date. */
async function boards(context: BrowserContext, count: number): Promise<Page[]> {
  const tabs: Page[] = [];
  for (let number = 0; number < count; number += 1) {
    const tab = await context.newPage();
    await tab.goto("/consultations");
    await expect(told(tab), `tab ${number + 1}`).toHaveText("Live");
    tabs.push(tab);
  }
  return tabs;
}

type Open = (state: typeof nobody, look?: object, url?: string) => Promise<BrowserContext>;

/** A staff member at another computer. */
async function colleague(open: Open, desk: Desk): Promise<Staff> {
  const staff = new Staff(await (await open(nobody, {}, desk.url)).newPage());
  await staff.signIn(admin.email, admin.password);
  return staff;
}

test("twelve tabs of one browser share one stream, and all of them answer and see a change", async ({ context, open, desk }) => {
  const asked = streams(context);
  const tabs = await boards(context, 12);
  expect(asked.length, "one stream").toBe(1);
  const other = await colleague(open, desk);
  const made = await other.create();
  for (const tab of tabs) await expect(new Staff(tab).row(made)).toBeVisible();
  await Promise.all(tabs.map((tab) => tab.goto(`/consultations/${made.id}`)));
  for (const tab of tabs) await expect(told(tab)).toHaveText("Live");
  await other.open(made);
  await other.revoke();
  for (const tab of tabs) await expect(tab.getByText("Revoked", { exact: true }).first()).toBeVisible();
});

test("when the tab with the stream is closed, the next one goes on where it ended", async ({ context, open, desk }) => {
  const asked = streams(context);
  const tabs = await boards(context, 3);
  const other = await colleague(open, desk);
  const before = await other.create();
  for (const tab of tabs) await expect(new Staff(tab).row(before)).toBeVisible();
  const [first] = asked;
  const [, made] = await Promise.all([first!.tab.close(), other.create()]);
  const left = tabs.filter((tab) => tab !== first!.tab);
  expect(left.length).toBe(2);
  for (const tab of left) {
    await expect(new Staff(tab).row(made)).toBeVisible();
    await expect(told(tab)).toHaveText("Live");
  }
  await expect.poll(() => asked.length, "one other stream").toBe(2);
  expect(left.includes(asked[1]!.tab)).toBe(true);
  expect(asked[1]!.after, "from where the first one ended").toBeGreaterThan(first!.after);
});

test("what changes between a page and its stream is on the page", async ({ page, open, desk }) => {
  const other = await colleague(open, desk);
  let go = () => {};
  const held = new Promise<void>((resolve) => (go = resolve));
  await page.route(/\/live\?/, async (route) => {
    await held;
    await route.continue();
  });
  await page.goto("/consultations");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  const made = await other.create();
  await expect(new Staff(page).row(made)).toHaveCount(0);
  go();
  await expect(new Staff(page).row(made)).toBeVisible();
});

test("a stream that is swallowed on its way is noticed, and the pages fetch themselves", async ({ signedIn, open, desk, guard }) => {
  const proxy = await Swallower.start(desk.url);
  guard.allowOrigin(proxy.url);
  const context = await open(signedIn, {}, proxy.url);
  await context.clock.install();
  const tabs = await boards(context, 2);
  const other = await colleague(open, desk);
  proxy.swallow();
  const made = await other.create();
  await context.clock.fastForward(46_000);
  for (const tab of tabs) {
    await expect(told(tab)).toHaveText("Updates interrupted");
    await expect(new Staff(tab).row(made)).toBeVisible();
  }
  proxy.release();
  await context.clock.fastForward(46_000);
  for (const tab of tabs) await expect(told(tab)).toHaveText("Live");
  const next = await other.create();
  for (const tab of tabs) await expect(new Staff(tab).row(next)).toBeVisible();
  await context.close();
  await proxy.stop();
});

test("the stream of a tab that says nothing is taken by the next one", async ({ context }) => {
  await context.clock.install();
  const asked = streams(context);
  const tabs = await boards(context, 2);
  const leader = asked[0]!.tab;
  const follower = tabs.find((tab) => tab !== leader)!;
  await leader.evaluate(() => void (BroadcastChannel.prototype.postMessage = () => {}));
  await expect(async () => {
    await context.clock.fastForward(46_000);
    expect(asked.at(-1)!.tab === follower, "the other one has the stream").toBe(true);
  }).toPass();
  await expect(told(follower)).toHaveText("Live");
});

test("a switch of the site reaches the other tabs, and they hear nothing more of the first one", async ({ anotherDesk, open, guard }) => {
  guard.allowStatus(409);
  guard.allowNetworkErrors();
  const desk = await anotherDesk();
  const { page } = await colleague(open, desk);
  const other = await colleague(open, desk);
  await page.goto("/admin/sites");
  await page.locator("[name=new_name]").fill("Elsewhere");
  await page.locator("[name=new_public_name_en]").fill("Elsewhere");
  await page.locator("[name=new_public_name_fr]").fill("Ailleurs");
  await page.getByRole("button", { name: "Add site", exact: true }).click();
  await expect(page.locator("#switch-site option", { hasText: "Elsewhere" })).toHaveCount(1);

  const asked = streams(page.context());
  const [first, second] = await boards(page.context(), 2);
  const made = await other.create();
  await expect(new Staff(first!).row(made)).toBeVisible();
  await second!.locator("#switch-site").selectOption({ label: "Elsewhere" });
  await second!.locator("form.switch button").click();
  await expect(second!.locator("#switch-site option:checked")).toHaveText("Elsewhere");
  // The next event ends the stream of the first site.
  await other.create();
  await expect(first!.locator("#switch-site option:checked")).toHaveText("Elsewhere");
  await expect(told(first!)).toHaveText("Live");
  await expect(new Staff(first!).row(made)).toHaveCount(0);
  const names = await Promise.all([first!, second!].map((tab) => told(tab).getAttribute("data-of").catch(() => null)));
  expect(asked[0]!.of).not.toBe(names[0]);
});

test("after signing out the other tabs ask for a password, and the next account has a stream of its own", async ({ anotherDesk, open, guard }) => {
  guard.allowStatus(401);
  guard.allowNetworkErrors();
  const desk = await anotherDesk();
  const { page } = await colleague(open, desk);
  const other = await colleague(open, desk);
  const asked = streams(page.context());
  const [first, second] = await boards(page.context(), 2);
  const before = await told(first!).getAttribute("data-of");
  await second!.getByRole("button", { name: "Sign out", exact: true }).click();
  await expect(second!).toHaveURL(/\/sign-in/);
  await other.create();
  await expect(first!).toHaveURL(/\/sign-in/);
  const again = new Staff(first!);
  await again.signIn(admin.email, admin.password);
  await expect(told(first!)).toHaveText("Live");
  expect(asked.at(-1)!.of).not.toBe(before);
});

test("without the interfaces for one stream, that of a hidden tab ends and comes back", async ({ context, open, desk }) => {
  await context.addInitScript(() => Object.defineProperty(Navigator.prototype, "locks", { get: () => undefined }));
  const asked = streams(context);
  const [first, second] = await boards(context, 2);
  expect(asked.map(({ tab }) => [first, second].indexOf(tab)), "one each").toEqual([0, 1]);
  const other = await colleague(open, desk);
  const before = await other.create();
  for (const tab of [first!, second!]) await expect(new Staff(tab).row(before)).toBeVisible();
  const turn = (hidden: boolean) =>
    second!.evaluate((hidden) => {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
      document.dispatchEvent(new Event("visibilitychange"));
    }, hidden);
  const ended = context.waitForEvent("requestfailed", (request) => new URL(request.url()).pathname === "/live");
  await turn(true);
  expect((await ended).frame().page() === second).toBe(true);
  const made = await other.create();
  await expect(new Staff(first!).row(made)).toBeVisible();
  await expect(new Staff(second!).row(made)).toHaveCount(0);
  await turn(false);
  await expect(new Staff(second!).row(made)).toBeVisible();
  expect(asked.at(-1)!.tab === second).toBe(true);
  expect(asked.at(-1)!.after, "from where it ended").toBeGreaterThan(0);
});
