import type { Page } from "@playwright/test";
import { expect, test } from "../support/fixtures.ts";
import { freshName, Staff } from "../support/staff.ts";
import { type Language, words } from "../support/words.ts";

const SLIP = "1945-12-28";
const BORN = "1954-12-28";

const says = {
  en: {
    ask: "Ask for the date of birth",
    asks: "The patient enters the date of birth before starting.",
    correct: "Correct patient details",
    parts: { Month: "12", Day: "28", Year: "1954" },
    cancel: "Cancel consultation",
    cancelled: "Cancelled",
    reason: "Cancelled: Wrong patient",
    patientReads: "This questionnaire was cancelled",
    undoCancel: "Undo cancellation",
    undoRevoke: "Undo revocation",
    merge: "Merge two records",
    find: "Name or identifier of the other record",
    compare: "Compare",
    other: "The other record",
    mergePress: "Merge the two records",
    undoMerge: "Undo merge",
  },
  fr: {
    ask: "Demander la date de naissance",
    asks: "Le patient entre sa date de naissance avant de commencer.",
    correct: "Corriger les renseignements du patient",
    parts: { Jour: "28", Mois: "12", Année: "1954" },
    cancel: "Annuler la consultation",
    cancelled: "Annulé",
    reason: "Annulé : Mauvais patient",
    patientReads: "Ce questionnaire a été annulé",
    undoCancel: "Rétablir",
    undoRevoke: "Rétablir le lien",
    merge: "Fusionner deux dossiers",
    find: "Nom ou identifiant de l’autre dossier",
    compare: "Comparer",
    other: "L’autre dossier",
    mergePress: "Fusionner les deux dossiers",
    undoMerge: "Séparer de nouveau",
  },
} as const;

for (const language of ["en", "fr"] as const satisfies Language[]) {
  const say = says[language];
  const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

  test(`a mistyped date of birth is corrected, and the same link opens, ${language}`, async ({ open, signedIn, patient, guard }) => {
    guard.allowStatus(422);
    const page = await (await open(signedIn, { language })).newPage();
    const staff = new Staff(page, language);
    const lastName = freshName();
    await page.goto("/consultations/new");
    await staff.fill("Ada", lastName);
    await staff.field("dateOfBirth").fill(SLIP);
    await staff.submit().click();
    const made = await staff.made(lastName);
    await button(page, say.ask).click();
    await expect(page.getByText(say.asks)).toBeVisible();

    // Every press and keystroke from the record to the gate that passes.
    let [presses, keys] = [0, 0];
    const press = async (target: ReturnType<typeof page.locator>) => {
      await target.click();
      presses++;
    };
    await press(page.getByRole("link", { name: say.correct }));
    await press(staff.field("dateOfBirth"));
    for (const key of ["ControlOrMeta+A", ...BORN, "Enter"]) {
      await page.keyboard.press(key);
      keys++;
    }
    await page.waitForURL(new RegExp(`/consultations/${made.id}$`));
    await expect(page.locator("[data-live=facts]")).toContainText("1954");
    expect(await staff.link(), "the same link").toBe(made.link);
    expect([presses, keys]).toEqual([2, 12]);

    const visitor = await patient({ language });
    await visitor.open(made.link);
    const field = visitor.page.getByRole("group", { name: words[language].dateOfBirth });
    for (const [label, part] of Object.entries(say.parts)) await field.getByLabel(label, { exact: true }).fill(part);
    await visitor.pressStart();
    await expect(visitor.finishButton()).toBeVisible();
  });

  test(`a cancelled consultation comes back with the same link, and so does a revoked one, ${language}`, async ({ open, signedIn, patient, guard }) => {
    guard.allowStatus(410);
    const page = await (await open(signedIn, { language })).newPage();
    const staff = new Staff(page, language);
    const made = await staff.create();
    await page.locator("summary", { hasText: say.cancel }).click();
    await page.locator("#cancel_reason").selectOption("wrong-patient");
    await button(page, say.cancel).click();
    await expect(page.getByText(say.reason).first()).toBeVisible();
    const visitor = await patient({ language });
    expect((await visitor.page.goto(made.link))?.status()).toBe(410);
    await expect(visitor.page.getByRole("heading", { level: 1 })).toHaveText(say.patientReads);
    await staff.expectState(made, say.cancelled);
    await staff.open(made);
    await button(page, say.undoCancel).click();
    expect(await staff.link()).toBe(made.link);
    await visitor.open(made.link);

    await staff.revoke();
    await button(page, say.undoRevoke).click();
    expect(await staff.link()).toBe(made.link);
    await visitor.open(made.link);
    await visitor.pressStart();
    await expect(visitor.finishButton()).toBeVisible();
  });

  test(`two records of one patient become one, and two again, ${language}`, async ({ open, signedIn }) => {
    const page = await (await open(signedIn, { language })).newPage();
    const staff = new Staff(page, language);
    const heading = page.getByRole("heading", { level: 1 });
    const first = await staff.create("Ada");
    const lastName = `${first.lastName}e`;
    await page.goto("/consultations/new");
    await staff.fill("Ada", lastName);
    await staff.submit().click();
    const second = await staff.made(lastName);
    await page.getByRole("link", { name: say.merge }).click();
    await page.getByLabel(say.find).fill(first.lastName.toUpperCase());
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: say.compare }).click();
    await page.getByRole("radio", { name: `Ada ${first.lastName} ${say.other}` }).check();
    await button(page, say.mergePress).click();
    await expect(heading).toContainText(first.lastName);
    await expect(heading).not.toContainText(lastName);
    expect(await staff.link(), "links stay").toBe(second.link);
    await button(page, say.undoMerge).click();
    await expect(heading).toContainText(lastName);
  });
}
