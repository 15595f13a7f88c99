import { expect, test } from "../support/fixtures.ts";

test("what Empego's queue says turns the board and the patient's page, without a word from the browser", async ({ staff, page, patient, sandbox }) => {
  const made = await staff.create();
  await page.goto("/consultations");
  await expect(page.locator(".live")).toHaveText("Live");
  await sandbox.faults({ drop_messages: true, hold_events: null });
  const visitor = await patient();
  await visitor.start(made.link);
  await visitor.finish();
  await expect(staff.row(made).getByText("To be analyzed", { exact: true })).toBeVisible({ timeout: 20_000 });
  await expect(visitor.page.getByRole("heading", { name: "Thank you" }), "it asks again by itself").toBeVisible({ timeout: 30_000 });
  await sandbox.status(await sandbox.key(made), "DONE");
  await expect(staff.row(made).getByText("Done", { exact: true })).toBeVisible({ timeout: 20_000 });
  await sandbox.behave();
});

test("the connection check says where everything stands", async ({ staff, page, sandbox }) => {
  await sandbox.faults({ hold_events: null });
  await sandbox.status(await sandbox.key(await staff.create()), "IN_PROGRESS");
  await expect(async () => {
    await page.goto("/admin/connection");
    await expect(page.locator("#events-kept")).not.toHaveText("0", { timeout: 1_000 });
  }, "an event has arrived").toPass();
  for (const line of ["Key: Good", "Tenant: Good", "Temporary addresses: Good", "Event queue: Good", "Clocks: Good"]) {
    await expect(page.getByRole("heading", { name: line, exact: true })).toBeVisible();
  }
  await expect(page.locator("#key"), "what it rests on").toContainText("Tried just now.");
  await expect(page.locator("#events")).toContainText("Seen: ");
  await sandbox.behave();
});
