import { expect, nobody, test } from "../support/fixtures.ts";
import { secret } from "../support/secrets.ts";

test("an administrator adds a person, who sets a password by the link and works as their role allows", async ({ page, open, guard }) => {
  guard.allowStatus(403, 410);
  const email = `clerk-${Date.now()}@clinic.example`;
  await page.goto("/admin/staff");
  await page.getByLabel("Email", { exact: true }).fill(email);
  await page.getByLabel("Name", { exact: true }).fill("Carla Clerk");
  await page.getByRole("checkbox", { name: "Front desk" }).check();
  await page.getByRole("button", { name: "Add an account", exact: true }).click();
  const link = await page.locator("input[readonly]").first().inputValue();
  expect(link).toMatch(/\/set-password\/[0-9A-Za-z]{20,}$/);
  secret(link.split("/").pop()!, "plum kettle orbit 42 ladder", email);

  const theirs = await (await open(nobody)).newPage();
  await theirs.goto(link);
  for (const field of await theirs.locator("input[type=password]").all()) await field.fill("plum kettle orbit 42 ladder");
  await theirs.locator("main form button").first().click();
  await theirs.waitForURL(/\/sign-in/);
  await theirs.getByLabel("Email", { exact: true }).fill(email);
  await theirs.getByLabel("Password", { exact: true }).fill("plum kettle orbit 42 ladder");
  await theirs.getByRole("button", { name: "Sign in", exact: true }).click();
  await theirs.waitForURL(/\/consultations$/);
  expect((await theirs.goto("/admin/staff"))?.status(), "the front desk manages no accounts").toBe(403);
  await theirs.goto(link);
  await expect(theirs.locator("input[type=password]"), "the link works once").toHaveCount(0);

  await page.goto("/admin/audit");
  await expect(page.getByRole("link", { name: "Carla Clerk", exact: true }).first()).toBeVisible();
});
