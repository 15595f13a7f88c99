import { admin } from "../support/desk.ts";
import { expect, nobody, test } from "../support/fixtures.ts";
import { Patient } from "../support/patient.ts";
import { freshName, Staff } from "../support/staff.ts";

test("the whole job without JavaScript", async ({ open, patient, desk, guard, sandbox }) => {
  guard.allowStatus(422);
  const page = await (await open(nobody)).newPage();
  const staff = new Staff(page);
  await staff.signIn(admin.email, admin.password);

  const lastName = freshName();
  await page.goto("/consultations/new");
  await staff.field("firstName").fill("Ada");
  await staff.field("lastName").fill(lastName);
  // Day and month could be either.
  await staff.field("dateOfBirth").fill("06/07/1950");
  await staff.field("identifier").fill(lastName.toUpperCase());
  const refused = page.waitForResponse((response) => response.request().method() === "POST");
  await staff.submit().click();
  expect((await refused).status()).toBe(422);
  await expect(staff.field("dateOfBirth")).toHaveAttribute("aria-invalid", "true");
  await expect(staff.field("lastName")).toHaveValue(lastName);
  await expect(staff.field("dateOfBirth")).toHaveValue("06/07/1950");
  await expect(staff.field("identifier")).toHaveValue(lastName.toUpperCase());

  await staff.field("dateOfBirth").fill("1950-06-07");
  const accepted = page.waitForResponse((response) => response.request().method() === "POST");
  await staff.submit().click();
  expect((await accepted).status()).toBe(303);
  const made = await staff.made(lastName);
  await expect(page.getByRole("textbox", { name: "Patient’s link" })).toHaveValue(made.link);

  const before = await sandbox.counters();
  const visitor = await patient();
  await visitor.open(made.link);
  await visitor.startButton().click();
  await expect(visitor.page).toHaveURL((url) => url.origin === desk.sandboxUrl);
  expect((await sandbox.counters()).presigned - before.presigned).toBe(1);
  await staff.expectState(made, "Started");

  // Coming back to the link shows what the desk knows: it is not answered, and can be gone on with.
  await visitor.open(made.link);
});

test("what another device has answered is known on coming back", async ({ staff, patient, browser, desk }) => {
  const made = await staff.create();
  const context = await browser.newContext({ baseURL: desk.url, storageState: nobody, javaScriptEnabled: true, locale: "en-CA" });
  const elsewhere = new Patient(await context.newPage(), desk.sandboxUrl);
  await elsewhere.start(made.link);
  await elsewhere.finish();
  await elsewhere.expectThanks();
  await staff.expectState(made, "Answered");
  await context.close();
  const visitor = await patient();
  await visitor.page.goto(made.link);
  await expect(visitor.page.getByRole("heading", { name: "Thank you" })).toBeVisible();
  await expect(visitor.startButton()).toHaveCount(0);
});

test("revoking and issuing a new link are plain forms", async ({ staff, patient, guard }) => {
  guard.allowStatus(410);
  const made = await staff.create();
  await staff.revoke();
  const visitor = await patient();
  expect((await visitor.page.goto(made.link))?.status()).toBe(410);
  await staff.open(made);
  await staff.reissue();
  const fresh = await staff.link();
  expect(fresh).not.toBe(made.link);
  await visitor.open(fresh);
});

test("searching the board is a plain form", async ({ staff, page }) => {
  const one = await staff.create();
  const other = await staff.create();
  await page.goto("/consultations");
  await expect(page.getByText(/Reconnecting|Live/), "nothing follows, and nothing says so").toHaveCount(0);
  const search = page.getByRole("searchbox").first();
  await search.fill(one.lastName);
  await search.press("Enter");
  await expect(staff.row(one)).toHaveCount(1);
  await expect(staff.row(other)).toHaveCount(0);
});
