import { expect, test } from "../support/fixtures.ts";
import { freshName } from "../support/staff.ts";

const SLIP = "1945-12-28";
const BORN = "1954-12-28";

test("a mistyped date of birth is corrected, and the same link opens", async ({ staff, patient, page, guard }) => {
  guard.allowStatus(422);
  const lastName = freshName();
  await page.goto("/consultations/new");
  await staff.fill("Ada", lastName);
  await staff.field("dateOfBirth").fill(SLIP);
  await staff.submit().click();
  const made = await staff.made(lastName);
  await page.getByRole("button", { name: "Ask for the date of birth", exact: true }).click();
  await expect(page.getByText("The patient enters the date of birth before starting.")).toBeVisible();

  // Every press and keystroke from the record to the gate that passes.
  let [presses, keys] = [0, 0];
  const press = async (target: ReturnType<typeof page.locator>) => {
    await target.click();
    presses++;
  };
  await press(page.getByRole("link", { name: "Correct patient details" }));
  await press(staff.field("dateOfBirth"));
  for (const key of ["ControlOrMeta+A", ...BORN, "Enter"]) {
    await page.keyboard.press(key);
    keys++;
  }
  await page.waitForURL(new RegExp(`/consultations/${made.id}$`));
  await expect(page.locator("[data-live=facts]")).toContainText("1954");
  expect(await staff.link(), "the same link").toBe(made.link);
  expect([presses, keys]).toEqual([2, 12]);

  const visitor = await patient();
  await visitor.open(made.link);
  const field = visitor.page.getByRole("group", { name: "Date of birth" });
  for (const [label, part] of [["Month", "12"], ["Day", "28"], ["Year", "1954"]] as const) await field.getByLabel(label, { exact: true }).fill(part);
  await visitor.pressStart();
  await expect(visitor.finishButton()).toBeVisible();
});

test("a cancelled consultation comes back with the same link, and so does a revoked one", async ({ staff, patient, page, guard }) => {
  guard.allowStatus(410);
  const made = await staff.create();
  await page.locator("summary", { hasText: "Cancel consultation" }).click();
  await page.locator("#cancel_reason").selectOption("wrong-patient");
  await page.getByRole("button", { name: "Cancel consultation" }).click();
  await expect(page.getByText("Cancelled: Wrong patient").first()).toBeVisible();
  const visitor = await patient();
  expect((await visitor.page.goto(made.link))?.status()).toBe(410);
  await expect(visitor.page.getByRole("heading", { level: 1 })).toHaveText("This questionnaire was cancelled");
  await staff.expectState(made, "Cancelled");
  await staff.open(made);
  await page.getByRole("button", { name: "Undo cancellation" }).click();
  expect(await staff.link()).toBe(made.link);
  await visitor.open(made.link);

  await staff.revoke();
  await page.getByRole("button", { name: "Undo revocation" }).click();
  expect(await staff.link()).toBe(made.link);
  await visitor.open(made.link);
  await visitor.pressStart();
  await expect(visitor.finishButton()).toBeVisible();
});

test("two records of one patient become one, and two again", async ({ staff, page }) => {
  const first = await staff.create("Ada");
  const lastName = `${first.lastName}e`;
  await page.goto("/consultations/new");
  await staff.fill("Ada", lastName);
  await staff.submit().click();
  const second = await staff.made(lastName);
  await page.getByRole("link", { name: "Merge two records" }).click();
  await page.getByLabel("Name or identifier of the other record").fill(first.lastName.toUpperCase());
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "Compare" }).click();
  await page.getByRole("radio", { name: `Ada ${first.lastName} The other record` }).check();
  await page.getByRole("button", { name: "Merge the two records" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText(first.lastName);
  await expect(page.getByRole("heading", { level: 1 })).not.toContainText(lastName);
  expect(await staff.link(), "links stay").toBe(second.link);
  await page.getByRole("button", { name: "Undo merge" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText(lastName);
});
