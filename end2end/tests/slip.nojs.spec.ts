import { admin } from "../support/desk.ts";
import { expect, nobody, test } from "../support/fixtures.ts";
import { Staff } from "../support/staff.ts";

test("a slip needs no JavaScript", async ({ open }) => {
  const page = await (await open(nobody)).newPage();
  const staff = new Staff(page);
  await staff.signIn(admin.email, admin.password);
  const made = await staff.create();
  await page.getByRole("link", { name: "Print slip" }).click();
  await expect(page.locator(".slip .address")).toHaveText(made.link);
  await expect(page.locator(".slip").getByRole("img").first()).toBeVisible();
  await page.getByRole("link", { name: "Français" }).click();
  await expect(page.locator(".slip h2")).toHaveText("Questions avant votre consultation");
});
