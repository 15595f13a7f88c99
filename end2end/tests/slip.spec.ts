import { expect, test } from "../support/fixtures.ts";
import { freshName, Staff } from "../support/staff.ts";
import type { Language } from "../support/words.ts";

const says = {
  en: { print: "Print slip", heading: "Questions before your consultation", followUp: "Questions for your follow-up" },
  fr: { print: "Imprimer le feuillet", heading: "Questions avant votre consultation", followUp: "Questions pour votre suivi" },
} as const;

/** The sizes of the pages of a PDF, in millimetres. */
function sheets(pdf: Buffer): string[] {
  const boxes = [...pdf.toString("latin1").matchAll(/\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]/g)];
  return boxes.map(([, ...sides]) => sides.map((points) => Math.round((Number(points) / 72) * 25.4)).join(" × "));
}

for (const language of ["en", "fr"] as const satisfies Language[]) {
  const say = says[language];
  test(`the slip is printed alone, on one sheet of A6, and opens the questionnaire, ${language}`, async ({ open, signedIn, patient }) => {
    const page = await (await open(signedIn, { language })).newPage();
    const staff = new Staff(page, language);
    // As long as a slip gets: a long name, and a day that is to come.
    const lastName = `${freshName()}-${"Longueville".repeat(4)}`;
    await page.goto("/follow-ups/new");
    await staff.fill("Marie-Antoinette", lastName);
    await staff.field("identifier").fill(freshName().toUpperCase());
    await staff.fillPlan(9, "Toux");
    const planned = await staff.made(lastName);
    await page.getByRole("link", { name: say.print }).click();
    await expect(page.locator(".slip h2")).toHaveText(say.followUp);
    expect(sheets(await page.pdf({ preferCSSPageSize: true })), "a follow-up").toEqual(["105 × 148"]);

    const made = await staff.create();
    await page.getByRole("link", { name: say.print }).click();
    const slip = page.locator(".slip");
    await expect(slip.getByRole("heading")).toHaveText(say.heading);
    await expect(slip.locator(".address")).toHaveText(made.link);
    expect(sheets(await page.pdf({ preferCSSPageSize: true }))).toEqual(["105 × 148"]);
    await page.emulateMedia({ media: "print" });
    await expect(slip.getByRole("img").first()).toBeVisible();
    for (const part of [page.locator(".bar"), page.locator("nav"), page.getByRole("heading", { level: 1 })]) await expect(part.first()).toBeHidden();

    const visitor = await patient({ language });
    await visitor.start((await slip.locator(".address").textContent())!);
    expect(planned.link).not.toBe(made.link);
  });
}

test("the slip's language is chosen by a link, and the page stays as it is", async ({ staff, page }) => {
  const made = await staff.create();
  await page.goto(`/consultations/${made.id}/slip`);
  await page.getByRole("navigation", { name: "Language of the slip" }).getByRole("link", { name: "Français" }).click();
  await expect(page.locator(".slip")).toHaveAttribute("lang", "fr");
  await expect(page.locator(".slip h2")).toHaveText(says.fr.heading);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Slip for the patient");
});

test("without a link that works there is nothing to print", async ({ staff, page }) => {
  const made = await staff.create();
  await staff.revoke();
  await expect(page.getByRole("link", { name: says.en.print })).toHaveCount(0);
  await page.goto(`/consultations/${made.id}/slip`);
  await expect(page.getByText("The link was revoked and no longer works.")).toBeVisible();
  expect(await page.content()).not.toContain("/c/");
});
