import { expect, test } from "../support/fixtures.ts";
import { freshName } from "../support/staff.ts";

const BORN = "1954-12-28";

test("the date of birth opens the questionnaire, six wrong ones lock it, and staff unlock it", async ({ staff, patient, page, sandbox, guard }) => {
  // Wrong dates and the locked page.
  guard.allowStatus(422, 423);
  const lastName = freshName();
  await page.goto("/consultations/new");
  await staff.fill("Ada", lastName);
  await staff.field("dateOfBirth").fill(BORN);
  await staff.submit().click();
  const made = await staff.made(lastName);
  await page.getByRole("button", { name: "Ask for the date of birth", exact: true }).click();
  await expect(page.getByText("The patient enters the date of birth before starting.")).toBeVisible();

  const visitor = await patient();
  await visitor.open(made.link);
  const field = visitor.page.getByLabel("Date of birth", { exact: true });
  const before = await sandbox.counters();
  for (let left = 5; left >= 1; left--) {
    await field.fill("1954-12-29");
    await visitor.startButton().click();
    await expect(visitor.page.getByText(`Tries left: ${left}`)).toBeVisible();
    await expect(field).toBeFocused();
    await expect(field).toHaveValue("");
  }
  await field.fill("1954-12-29");
  await visitor.startButton().click();
  await expect(visitor.page.getByRole("heading", { name: "Please ask the staff" })).toBeVisible();
  expect((await sandbox.counters()).presigned, "nothing was minted").toBe(before.presigned);
  expect(await visitor.page.content()).not.toContain(BORN);

  await staff.open(made);
  await page.getByRole("button", { name: "Unlock", exact: true }).click();
  await expect(page.getByRole("button", { name: "Unlock", exact: true })).toHaveCount(0);

  await visitor.open(made.link);
  await field.fill(BORN);
  await visitor.pressStart();
  await expect(visitor.finishButton()).toBeVisible();
  expect(await visitor.page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]))).not.toContain(BORN);
  await visitor.finish();
  await visitor.expectThanks();
  await staff.expectState(made, "Answered");
});
