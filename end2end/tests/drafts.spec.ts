import { admin } from "../support/desk.ts";
import { expect, nobody, test } from "../support/fixtures.ts";
import { freshName, Staff } from "../support/staff.ts";

const RESTORED = /^Restored what you typed at \d\d:\d\d\.$/;

test("a half-filled form survives a link, back and a reload, until it is sent", async ({ staff, page }) => {
  const lastName = freshName();
  await page.goto("/consultations/new");
  await staff.fill("Ada", lastName);
  await staff.field("dateOfBirth").fill("1954-12-28");
  await page.getByRole("link", { name: "Consultations", exact: true }).click();
  await page.waitForURL(/\/consultations$/);

  for (const again of [() => page.goBack(), () => page.reload(), () => page.goto("/consultations/new")]) {
    await again();
    await expect(page.getByRole("status").filter({ hasText: "Restored" }).locator("p")).toHaveText(RESTORED);
    await expect(staff.field("lastName")).toHaveValue(lastName);
    await expect(staff.field("identifier")).toHaveValue(lastName.toUpperCase());
    await expect(staff.field("dateOfBirth")).toHaveValue("1954-12-28");
  }
  // Nothing of it is where it would outlive the tab.
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, location.href, history.state]));
  expect(kept).not.toContain(lastName);

  await staff.submit().click();
  await staff.made(lastName);
  await expect.poll(() => page.evaluate(() => JSON.stringify({ ...sessionStorage })), { message: "it was taken" }).not.toContain(lastName);
  await page.goto("/consultations/new");
  await expect(staff.field("lastName")).toHaveValue("");
  await expect(page.getByText("Restored what you typed")).toHaveCount(0);
});

test("what is typed before the script runs is not mixed with a draft", async ({ staff, page }) => {
  const lastName = freshName();
  await page.goto("/consultations/new");
  await staff.fill("Ada", lastName);
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route(/\/pkg\/.*\.wasm/, async (route) => {
    await released;
    await route.continue();
  });
  await page.goto("/consultations/new", { waitUntil: "commit" });
  await staff.field("firstName").fill("Grace");
  release();
  // The script runs once it keeps what was typed.
  const drafts = () => page.evaluate(() => JSON.stringify({ ...sessionStorage }));
  await expect
    .poll(async () => {
      await staff.field("firstName").fill("Grace");
      return drafts();
    })
    .toContain("Grace");
  await expect(staff.field("firstName")).toHaveValue("Grace");
  await expect(staff.field("lastName")).toHaveValue("");
  await expect(page.getByText("Restored what you typed")).toHaveCount(0);
  expect(await drafts()).not.toContain(lastName);
});

test("what was restored can be discarded, and Cancel gives a draft up", async ({ staff, page }) => {
  const lastName = freshName();
  await page.goto("/consultations/new");
  await staff.fill("Ada", lastName);
  await page.reload();
  await page.getByRole("button", { name: "Discard", exact: true }).click();
  await expect(page.getByText("Restored what you typed")).toHaveCount(0);
  await expect(staff.field("lastName")).toHaveValue("");

  await staff.fill("Ada", lastName);
  await page.getByRole("link", { name: "Cancel", exact: true }).click();
  await page.waitForURL(/\/consultations$/);
  await page.goto("/consultations/new");
  await expect(staff.field("lastName")).toHaveValue("");
  expect(await page.evaluate(() => JSON.stringify({ ...sessionStorage }))).not.toContain(lastName);
});

test("a form that did not arrive is there again, and creates one consultation", async ({ staff, page, guard }) => {
  guard.allowNetworkErrors();
  const lastName = freshName();
  await page.goto("/consultations/new");
  await staff.fill("Ada", lastName);
  await page.route("**/api/create_consultation", (route) => route.abort());
  await staff.submit().click();
  await page.unroute("**/api/create_consultation");
  await page.goto("/consultations/new");
  await expect(staff.field("lastName")).toHaveValue(lastName);
  await staff.submit().click();
  await staff.made(lastName);
  await page.goto("/consultations");
  await expect(staff.row({ lastName })).toHaveCount(1);
});

test("entries that the server shows win, and are kept in their turn", async ({ staff, page, guard }) => {
  guard.allowStatus(422);
  const lastName = freshName();
  await page.goto("/consultations/new");
  await staff.fill("Ada", lastName);
  await staff.field("dateOfBirth").fill("06/07/1950");
  await staff.submit().click();
  await expect(staff.field("dateOfBirth")).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByText("Restored what you typed")).toHaveCount(0);
  await page.goto("/consultations/new");
  await expect(page.getByText("Restored what you typed")).toBeVisible();
  await expect(staff.field("firstName")).toHaveValue("Ada");
  await expect(staff.field("dateOfBirth")).toHaveValue("06/07/1950");
});

test("signing out forgets it, in every tab", async ({ open, guard }) => {
  // The other tab asks about its number when that is left, after its session has ended.
  guard.allowStatus(401);
  const context = await open(nobody);
  const page = await context.newPage();
  const staff = new Staff(page);
  await staff.signIn(admin.email, admin.password);
  const other = await context.newPage();
  const lastName = freshName();
  for (const tab of [page, other]) {
    await tab.goto("/consultations/new");
    await new Staff(tab).fill("Ada", lastName);
  }
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await page.waitForURL(/\/sign-in/);
  for (const tab of [page, other]) {
    await expect.poll(() => tab.evaluate(() => JSON.stringify({ ...sessionStorage }))).not.toContain(lastName);
  }
  // The other tab still shows the form: leaving it keeps nothing.
  await new Staff(other).field("lastName").fill(lastName);
  await other.reload();
  await other.waitForURL(/\/sign-in/);
  expect(await other.evaluate(() => JSON.stringify({ ...sessionStorage }))).not.toContain(lastName);
  await staff.signIn(admin.email, admin.password);
  for (const tab of [page, other]) {
    await tab.goto("/consultations/new");
    await expect(new Staff(tab).field("lastName")).toHaveValue("");
    await expect(tab.getByText("Restored what you typed")).toHaveCount(0);
  }
});

test("after the session ended, the same user finds it again, and no other user does", async ({ open, desk }) => {
  const context = await open(nobody);
  const page = await context.newPage();
  const staff = new Staff(page);
  await staff.signIn(admin.email, admin.password);
  const lastName = freshName();
  await page.goto("/consultations/new");
  await staff.fill("Ada", lastName);
  await context.clearCookies();
  await page.reload();
  await page.waitForURL(/\/sign-in/);
  await staff.signIn(admin.email, admin.password);
  await page.goto("/consultations/new");
  await expect(page.getByText("Restored what you typed")).toBeVisible();
  await expect(staff.field("lastName")).toHaveValue(lastName);

  // As another account would find it: what is not one's own goes at once.
  await page.goto("/consultations");
  await page.evaluate(() => {
    for (const [key, value] of Object.entries(sessionStorage)) {
      sessionStorage.removeItem(key);
      sessionStorage.setItem(key.replace(/^desk-draft \S+/, "desk-draft another-account"), value);
    }
  });
  await page.reload();
  await expect.poll(() => page.evaluate(() => JSON.stringify({ ...sessionStorage }))).not.toContain(lastName);
  expect(page.url()).toContain(desk.url);
});

test("a draft ends after 12 hours", async ({ staff, page }) => {
  const lastName = freshName();
  await page.goto("/consultations/new");
  await staff.fill("Ada", lastName);
  await page.goto("/consultations");
  await page.evaluate(() => {
    for (const [key, value] of Object.entries(sessionStorage)) {
      sessionStorage.setItem(key, value.replace(/^\d+/, (at: string) => String(Number(at) - 12 * 3_600_000 - 1)));
    }
  });
  await page.reload();
  await expect.poll(() => page.evaluate(() => JSON.stringify({ ...sessionStorage }))).not.toContain("desk-draft");
});

test("settings, incidents, accounts and follow-ups keep what is typed, and no key", async ({ page }) => {
  for (const [path, field, secret] of [
    ["/admin/sites", "#public_name_fr", "#tenant_key"],
    ["/admin/incidents/new", "#circumstances", undefined],
    ["/admin/staff", "#name", undefined],
    ["/follow-ups/new", "#follow_up_reason", undefined],
  ] as const) {
    await page.goto(path);
    await page.locator(field).fill("Une phrase à moitié");
    if (secret) await page.locator(secret).fill("a-secret-key");
    await page.reload();
    await expect(page.getByText("Restored what you typed"), path).toBeVisible();
    await expect(page.locator(field), path).toHaveValue("Une phrase à moitié");
    expect(await page.evaluate(() => JSON.stringify({ ...sessionStorage }))).not.toContain("a-secret-key");
    await page.getByRole("button", { name: "Discard", exact: true }).click();
    await expect(page.getByText("Restored what you typed")).toHaveCount(0);
  }
});
