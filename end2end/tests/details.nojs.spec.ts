import { Details } from "../support/details.ts";
import { expect, test } from "../support/fixtures.ts";

test("without JavaScript the details open in a tab of their own", async ({ staff, page, sandbox, desk }) => {
  const made = await staff.create();
  new Details(page, desk.sandboxUrl);
  const before = await sandbox.counters();
  await staff.open(made);
  await page.getByRole("link", { name: "Consultation details", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`Ada ${made.lastName}`);
  await expect(page.locator("iframe")).toHaveCount(0);
  const opening = page.context().waitForEvent("page");
  await page.getByRole("button", { name: "Open the details in a new tab" }).click();
  const tab = await opening;
  await expect(tab).toHaveURL((url) => url.origin === desk.sandboxUrl);
  await expect(tab.getByText(await sandbox.key(made))).toBeVisible();
  expect((await sandbox.counters()).presigned - before.presigned).toBe(1);
  await expect(page.getByRole("heading", { level: 1 }), "the desk stays where it was").toHaveText(`Ada ${made.lastName}`);
});
