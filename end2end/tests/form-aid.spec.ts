import type { Page } from "@playwright/test";
import { expect, test } from "../support/fixtures.ts";
import { freshName } from "../support/staff.ts";

/** Waits until the form's help is awake: a submit event that sends nothing is then taken note of. */
async function awake(page: Page): Promise<void> {
  const notes = () =>
    page.locator("#new-consultation").evaluate((form) => {
      form.dispatchEvent(new SubmitEvent("submit", { bubbles: true, cancelable: true }));
      const noted = form.hasAttribute("aria-busy");
      form.removeAttribute("aria-busy");
      return noted;
    });
  await expect.poll(notes).toBe(true);
}

test("a press that was stopped can be made again", async ({ staff, page }) => {
  const lastName = freshName();
  await page.clock.install();
  await page.goto("/consultations/new");
  await awake(page);
  await staff.fill("Ada", lastName);
  // An answer without content leaves the page where it is, as Esc does.
  await page.route("**/api/create_consultation", (route) => route.fulfill({ status: 204 }));
  await staff.submit().click();
  await expect(staff.submit()).toHaveAttribute("aria-busy", "true");
  await page.unroute("**/api/create_consultation");
  await page.clock.fastForward(10_500);
  await expect(staff.submit()).not.toHaveAttribute("aria-busy");
  await staff.submit().click();
  await staff.made(lastName);
});

test("a form that comes back from the browser's memory is a new one", async ({ page }) => {
  await page.goto("/consultations/new");
  const name = page.locator("input[name=request_id]");
  const before = await name.inputValue();
  await awake(page);
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })));
  await expect(name).not.toHaveValue(before);
});

test("what a mistyped identifier filled in goes with it", async ({ staff, page }) => {
  const [ada, bea] = [await staff.create("Ada"), await staff.create("Bea")];
  await page.goto("/consultations/new");
  const told = page.locator("#lookup");
  await expect(told).toHaveRole("status");
  await expect(told).toBeEmpty();
  const type = async (identifier: string) => {
    await staff.field("identifier").fill(identifier);
    await staff.field("identifier").press("Tab");
  };
  await awake(page);
  await type(ada.lastName);
  await expect(staff.field("lastName")).toHaveValue(ada.lastName);
  await expect(told).toContainText(`Ada ${ada.lastName} is on record under this identifier`);
  await type(bea.lastName);
  await expect(staff.field("firstName")).toHaveValue("Bea");
  await expect(told).toContainText(`Bea ${bea.lastName} is on record under this identifier`);
  await type(freshName());
  await expect(staff.field("firstName")).toHaveValue("");
  await expect(staff.field("lastName")).toHaveValue("");
  await expect(told).toBeEmpty();

  // What somebody typed stays, and the notice says whose identifier it is.
  await staff.field("firstName").fill("Grace");
  await type(ada.lastName);
  await expect(told).toContainText(`This identifier belongs to Ada ${ada.lastName}`);
  await expect(staff.field("firstName")).toHaveValue("Grace");
  await type(bea.lastName);
  await expect(staff.field("lastName")).toHaveValue(bea.lastName);
  await expect(staff.field("firstName")).toHaveValue("Grace");
});

test("a number that is typed for a chosen patient empties nothing", async ({ staff, page }) => {
  const lastName = freshName();
  await page.goto("/consultations/new");
  await staff.field("firstName").fill("Ada");
  await staff.field("lastName").fill(lastName);
  await staff.field("dateOfBirth").fill("1954-12-28");
  await staff.submit().click();
  await staff.made(lastName);
  await page.goto("/consultations/new");
  await page.locator("#find").fill(lastName);
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Use this patient" }).click();
  await expect(staff.field("lastName")).toHaveValue(lastName);
  await awake(page);
  await staff.field("identifier").fill(freshName());
  await staff.field("identifier").press("Tab");
  await expect(staff.field("firstName")).toHaveValue("Ada");
  await expect(staff.field("lastName")).toHaveValue(lastName);
  await expect(staff.field("dateOfBirth")).toHaveValue("1954-12-28");
});

test("the same person is asked about again when the identifier changes", async ({ staff, page, guard }) => {
  guard.allowStatus(422);
  const [ada, bea] = [await staff.create("Ada"), await staff.create("Bea")];
  const lastName = freshName();
  await page.goto("/consultations/new");
  await staff.fill("Grace", lastName);
  await staff.field("identifier").fill(ada.lastName);
  await staff.submit().click();
  const same = page.getByRole("checkbox", { name: /It is the same person/ });
  await same.check();
  await staff.field("identifier").fill(bea.lastName);
  await staff.submit().click();
  await expect(page.getByText(`This identifier belongs to Bea ${bea.lastName}`).first()).toBeVisible();
  await expect(same).not.toBeChecked();
  await page.goto("/consultations");
  await expect(staff.row(bea)).toHaveCount(1);
});

test("the link is copied over plain http as well, and that is told", async ({ staff, page }) => {
  await page.addInitScript(() => Object.defineProperty(Navigator.prototype, "clipboard", { get: () => undefined }));
  const made = await staff.create();
  await expect(async () => {
    await page.getByRole("button", { name: "Copy link", exact: true }).click({ timeout: 1_000 });
    await expect(page.getByRole("status").filter({ hasText: "Copied" })).toBeAttached({ timeout: 500 });
  }, "once the page is awake").toPass();
  await page.goto("/consultations");
  await page.getByRole("searchbox").first().focus();
  await page.keyboard.press("Control+V");
  await expect(page.getByRole("searchbox").first()).toHaveValue(made.link);
});
