import type { Page } from "@playwright/test";
import { expect, test } from "../support/fixtures.ts";
import { freshName, type Staff } from "../support/staff.ts";

const BORN = "1954-12-28";

/** Creates a consultation that asks for the date of birth. */
async function gated(staff: Staff) {
  const { page } = staff;
  const lastName = freshName();
  await page.goto("/consultations/new");
  await staff.fill("Ada", lastName);
  await staff.field("dateOfBirth").fill(BORN);
  await staff.submit().click();
  const made = await staff.made(lastName);
  await page.getByRole("button", { name: "Ask for the date of birth", exact: true }).click();
  await expect(page.getByText("The patient enters the date of birth before starting.")).toBeVisible();
  return made;
}

/** Types a date of birth, day, month and year each into its field. */
async function type(page: Page, [day, month, year]: [string, string, string]): Promise<void> {
  await page.getByLabel("Day", { exact: true }).fill(day);
  await page.getByLabel("Month", { exact: true }).fill(month);
  await page.getByLabel("Year", { exact: true }).fill(year);
}

test("the date of birth opens the questionnaire, six wrong ones lock it, and staff unlock it", async ({ staff, patient, page, sandbox, guard }) => {
  // Wrong dates and the locked page.
  guard.allowStatus(422, 423);
  const made = await gated(staff);
  const visitor = await patient();
  await visitor.open(made.link);
  const field = visitor.page.getByRole("group", { name: "Date of birth" }).getByLabel("Month", { exact: true });
  const before = await sandbox.counters();
  for (let left = 5; left >= 1; left--) {
    await type(visitor.page, ["29", "12", "1954"]);
    await visitor.startButton().click();
    await expect(visitor.page.getByRole("alert")).toHaveText(new RegExp(`Attempts left: ${left}`));
    await expect(visitor.page.getByRole("alert")).toBeInViewport();
    await expect(field).toBeFocused();
    await expect(field).toHaveAttribute("aria-invalid", "true");
    await expect(field).toHaveAccessibleDescription(new RegExp(`Attempts left: ${left}`));
    await expect(field).toHaveValue("");
  }
  await type(visitor.page, ["29", "12", "1954"]);
  await visitor.startButton().click();
  await expect(visitor.page.getByRole("heading", { name: "Please ask the staff" })).toBeVisible();
  expect((await sandbox.counters()).presigned, "nothing was minted").toBe(before.presigned);
  expect(await visitor.page.content()).not.toContain(BORN);

  await staff.open(made);
  await page.getByRole("button", { name: "Unlock", exact: true }).click();
  await expect(page.getByRole("button", { name: "Unlock", exact: true })).toHaveCount(0);

  await visitor.open(made.link);
  await type(visitor.page, ["28", "12", "1954"]);
  await visitor.pressStart();
  await expect(visitor.finishButton()).toBeVisible();
  expect(await visitor.page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]))).not.toContain(BORN);
  await visitor.finish();
  await visitor.expectThanks();
  await staff.expectState(made, "Answered");
});

test("what is no date is said at the fields and costs no try, and a pasted date fills them", async ({ staff, patient, guard }) => {
  guard.allowStatus(422);
  const made = await gated(staff);
  for (const [language, labels, bad] of [
    ["en", ["Month", "Day", "Year"], "Enter a valid date: month, day, and the year with four digits"],
    ["fr", ["Jour", "Mois", "Année"], "Entrez une date valide : le jour, le mois et l’année en quatre chiffres"],
  ] as const) {
    const visitor = await patient({ language });
    await visitor.open(made.link);
    const fields = visitor.page.locator("#birth input");
    await expect(visitor.page.locator("#birth label")).toHaveText([...labels]);
    for (const label of labels) {
      const field = visitor.page.getByLabel(label, { exact: true });
      await expect(field).toHaveAttribute("inputmode", "numeric");
      await expect(field).toHaveAttribute("autocomplete", /^bday-/);
    }
    await visitor.startButton().click();
    await expect(visitor.page.getByRole("alert")).toHaveText(language === "en" ? "Enter your date of birth" : "Entrez votre date de naissance");
    await fields.nth(0).fill("31");
    await fields.nth(1).fill("31");
    await fields.nth(2).fill("1954");
    await visitor.startButton().click();
    await expect(visitor.page.getByRole("alert")).toHaveText(bad);
    await expect(fields.nth(0)).toBeFocused();
    // Pasted whole into any of them.
    await fields.nth(0).fill("1954-12-28");
    await fields.nth(0).press("ControlOrMeta+A");
    await fields.nth(0).press("ControlOrMeta+X");
    await fields.nth(1).press("ControlOrMeta+V");
    await expect(fields.nth(2)).toHaveValue("1954");
    await expect(fields.nth(0)).toHaveValue(language === "en" ? "12" : "28");
    await expect(fields.nth(1)).toHaveValue(language === "en" ? "28" : "12");
    await visitor.pressStart();
    await expect(visitor.finishButton()).toBeVisible();
  }
});

test("on a device that staff handed over, no date is offered to the next patient", async ({ staff, patient }) => {
  const made = await gated(staff);
  const visitor = await patient();
  await visitor.open(`${made.link}#shared`);
  await expect(visitor.page.locator("#birth input[autocomplete=off]")).toHaveCount(3);
});
