import { randomInt } from "node:crypto";
import type { Page } from "@playwright/test";
import { expect, test } from "../support/fixtures.ts";
import { secret } from "../support/secrets.ts";
import { freshName, Staff } from "../support/staff.ts";
import type { Language } from "../support/words.ts";

/** An Ontario number that no other test uses. Its last digit is a Luhn digit. */
function ontario(): string {
  const digits = [randomInt(1, 10), ...Array.from({ length: 8 }, () => randomInt(0, 10))];
  const sum = digits.reduce((sum, digit, at) => {
    const value = at % 2 === 0 ? digit * 2 : digit;
    return sum + Math.floor(value / 10) + (value % 10);
  }, 0);
  const number = [...digits, (10 - (sum % 10)) % 10].join("");
  secret(number);
  return number;
}

/** What a scanner types of an Ontario card, without the Enter at its end. */
function stripe(number: string, lastName: string, born: string): string {
  return `%B610054${number}^${lastName.toUpperCase()}/ADA ^09017992${born}  XXXXX90061201?`;
}

const found = (page: Page) => page.locator("#lookup h2");

/** Counts the keys that a person presses, as the scanner's are not. */
class Keys {
  pressed = 0;
  constructor(readonly page: Page) {}

  async press(key: string): Promise<void> {
    this.pressed += 1;
    await this.page.keyboard.press(key);
  }

  async type(text: string): Promise<void> {
    this.pressed += text.length;
    await this.page.keyboard.type(text);
  }

  /** A scanner is fast, and ends with Enter. */
  async scan(text: string): Promise<void> {
    await this.page.keyboard.type(text);
    await this.page.keyboard.press("Enter");
  }
}

const says = {
  en: { known: "Known patient", none: "No matching record", create: "Create consultation", use: "Use this patient", matching: "1 matching record" },
  fr: { known: "Patient connu", none: "Aucun dossier correspondant", create: "Créer la consultation", use: "Utiliser ce patient", matching: "1 dossier correspondant" },
} as const;

for (const language of ["en", "fr"] as const satisfies Language[]) {
  const words = says[language];
  test(`a new and a known patient by scan and keyboard alone, ${language}`, async ({ open, signedIn }) => {
    const page = await (await open(signedIn, { language })).newPage();
    const staff = new Staff(page, language);
    const keys = new Keys(page);
    const [number, lastName] = [ontario(), freshName()];
    const card = stripe(number, lastName, "19541228");

    await test.step("new: scanned, and one press", async () => {
      await page.goto("/consultations/new");
      await expect(page.locator("#find")).toBeFocused();
      await keys.scan(card);
      await expect(found(page)).toHaveText(words.none);
      await expect(staff.field("lastName")).toHaveValue(new RegExp(`^${lastName}$`, "i"));
      await expect(staff.field("dateOfBirth")).toHaveValue("1954-12-28");
      await expect(staff.submit()).toBeFocused();
      await keys.press("Enter");
      await staff.made(lastName);
      expect(keys.pressed, "new patient by scan: Enter").toBe(1);
    });
    await staff.revoke();

    await test.step("known: scanned, and one press", async () => {
      keys.pressed = 0;
      await page.goto("/consultations/new");
      await keys.scan(card);
      await expect(found(page)).toHaveText(words.known);
      await expect(staff.submit()).toBeFocused();
      await keys.press("Enter");
      await staff.made(lastName);
      expect(keys.pressed, "known patient by scan: Enter").toBe(1);
    });

    await test.step("a scan into the field of the number looks up too", async () => {
      await page.goto("/consultations/new");
      await staff.field("identifier").focus();
      await keys.scan(number);
      await expect(found(page)).toHaveText(words.known);
      await expect(page).toHaveURL(/look_up_patient/);
    });
  });

  test(`a new and a known patient typed, ${language}`, async ({ open, signedIn }) => {
    const page = await (await open(signedIn, { language })).newPage();
    const staff = new Staff(page, language);
    const keys = new Keys(page);
    const lastName = freshName();
    await page.goto("/consultations/new");
    await keys.type(`Ada ${lastName} 1954-12-28`);
    await keys.press("Enter");
    await expect(found(page)).toHaveText(words.none);
    await expect(staff.field("firstName")).toHaveValue("Ada");
    await expect(staff.submit()).toBeFocused();
    await keys.press("Enter");
    await staff.made(lastName);
    // A name of 9 letters: 24 characters and two Enters. With one field after the other it took 45 keys.
    expect(keys.pressed).toBe(lastName.length + 15 + 2);
    await staff.revoke();

    keys.pressed = 0;
    await page.goto("/consultations/new");
    await keys.type(lastName);
    await keys.press("Enter");
    await expect(found(page)).toHaveText(words.matching);
    await expect(page.getByRole("button", { name: words.use })).toBeFocused();
    await keys.press("Enter");
    await expect(found(page)).toHaveText(words.known);
    await expect(staff.submit()).toBeFocused();
    await keys.press("Enter");
    await staff.made(lastName);
    expect(keys.pressed).toBe(lastName.length + 3);
  });
}

test("six patients of two names are found and opened rightly, and none is created twice", async ({ staff, page, guard }) => {
  test.setTimeout(120_000);
  guard.allowStatus(422);
  const [ada, bea] = [freshName(), freshName()];
  const patients = [
    { lastName: ada, born: "1954-12-28", number: ontario() },
    { lastName: ada, born: "1954-12-29", number: ontario() },
    { lastName: ada, born: "1961-04-03", number: ontario() },
    { lastName: bea, born: "1970-01-01", number: `${bea}-1`.toUpperCase() },
    { lastName: bea, born: "1970-01-02", number: `${bea}-2`.toUpperCase() },
    { lastName: bea, born: "1970-01-03", number: `${bea}-3`.toUpperCase() },
  ];
  for (const { lastName, born, number } of patients) {
    await page.goto("/consultations/new");
    await staff.field("firstName").fill("Ada");
    await staff.field("lastName").fill(lastName);
    await staff.field("dateOfBirth").fill(born);
    await staff.field("identifier").fill(number);
    await staff.submit().click();
    await staff.made(lastName);
  }
  for (const { lastName, born, number } of patients) {
    const isCard = /^\d+$/.test(number);
    const ways = [`${lastName} ${born}`, `…${number.slice(-4)}`, number];
    if (isCard) ways.push(stripe(number, lastName, born.replaceAll("-", "")));
    for (const way of ways) {
      await page.goto("/consultations/new");
      await page.locator("#find").fill(way);
      await page.keyboard.press("Enter");
      await expect(found(page)).toBeVisible();
      const use = page.getByRole("listitem").filter({ hasText: number.slice(-4) }).getByRole("button", { name: says.en.use });
      if (await use.count()) await use.click();
      await expect(found(page)).toHaveText(says.en.known);
      await expect(staff.field("dateOfBirth")).toHaveValue(born);
      await expect(staff.field("lastName")).toHaveValue(lastName);
      await staff.submit().click();
      await page.getByRole("link", { name: "Go to the open consultation" }).click();
      await expect(page.locator(".who")).toContainText(born.slice(0, 4));
      await expect(page.locator(".who")).toContainText(number.slice(-3));
    }
  }
  await page.goto("/consultations");
  await expect(staff.row({ lastName: ada }), "one consultation each").toHaveCount(3);
  await expect(staff.row({ lastName: bea })).toHaveCount(3);
});

test("a name that is on record is asked about, and each answer is one press", async ({ staff, page, guard }) => {
  guard.allowStatus(422);
  const lastName = freshName();
  const type = async (name: string) => {
    await page.goto("/consultations/new");
    await staff.field("firstName").fill("Ada");
    await staff.field("lastName").fill(name);
    await staff.field("dateOfBirth").fill("1954-12-28");
    await staff.submit().click();
  };
  await type(lastName);
  const first = await staff.made(lastName);
  await type(lastName.toUpperCase());
  await expect(page.getByRole("heading", { name: "Is it one of these patients?" })).toBeVisible();
  await page.getByRole("button", { name: "None of these: a new patient" }).click();
  const second = await staff.made(lastName);
  expect(second.id).not.toBe(first.id);
  await type(lastName);
  await page.getByRole("button", { name: "This one" }).first().click();
  await expect(page.getByRole("heading", { name: /^Open since \d\d:\d\d: use it\?$/ })).toBeVisible();
  await page.getByRole("link", { name: "Go to the open consultation" }).click();
  await expect(page).toHaveURL(new RegExp(`/consultations/(${first.id}|${second.id})$`));
});
