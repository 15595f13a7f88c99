import type { Locator } from "@playwright/test";
import { expect, test } from "../support/fixtures.ts";
import type { Patient } from "../support/patient.ts";

const TEXT = {
  en: {
    stuck: "Is the questionnaire not working?",
    title: "What you entered may be lost",
    stay: "Stay on this page",
    goOn: "Go on anyway",
    full: "Open full screen",
    pace: /you may have to begin again/,
    other: "Français",
  },
  fr: {
    stuck: "Le questionnaire ne fonctionne pas?",
    title: "Ce que vous avez entré pourrait être perdu",
    stay: "Rester sur cette page",
    goOn: "Continuer quand même",
    full: "Ouvrir en plein écran",
    pace: /vous devrez peut-être recommencer/,
    other: "English",
  },
} as const;

/** Answers the first question, so that there is something to lose. */
async function begin(visitor: Patient): Promise<Locator> {
  const first = visitor.frame().locator("input[type=radio], input[type=checkbox]").first();
  await first.check();
  return first;
}

for (const language of ["en", "fr"] as const) {
  const text = TEXT[language];

  test(`a press by mistake asks before answers go (${language})`, async ({ staff, patient, sandbox }) => {
    const made = await staff.create();
    const visitor = await patient({ language });
    const { page } = visitor;
    await visitor.open(made.link);
    await expect(page.locator(".steps")).toHaveText(text.pace);
    await visitor.pressStart();
    await expect(visitor.finishButton()).toBeVisible();
    const reload = page.getByRole("button", { name: visitor.words.reload, exact: true });
    await expect(reload, "nothing is stuck").toBeHidden();
    const answer = await begin(visitor);
    const before = await sandbox.counters();

    await page.getByText(text.stuck, { exact: true }).click();
    const dialog = page.getByRole("dialog", { name: text.title });
    const stay = dialog.getByRole("button", { name: text.stay, exact: true });
    for (const press of [reload, page.getByRole("button", { name: text.full, exact: true }), page.getByRole("link", { name: text.other })]) {
      await press.click();
      await expect(dialog).toBeVisible();
      await expect(stay).toBeFocused();
      await stay.click();
      await expect(dialog).toBeHidden();
      await expect(answer, "the answer is still there").toBeChecked();
    }
    await reload.click();
    await page.keyboard.press("Escape");
    await expect(dialog).toBeHidden();
    await expect(answer).toBeChecked();
    expect((await sandbox.counters()).presigned, "nothing was opened anew").toBe(before.presigned);

    await reload.click();
    await dialog.getByRole("button", { name: text.goOn, exact: true }).click();
    await expect.poll(async () => (await sandbox.counters()).presigned).toBe(before.presigned + 1);
    await expect(visitor.finishButton()).toBeVisible();
    await begin(visitor);
    await page.getByRole("link", { name: text.other }).click();
    await dialog.getByRole("button", { name: text.goOn, exact: true }).click();
    await expect(page.locator("html")).toHaveAttribute("lang", language === "en" ? "fr" : "en");
  });
}

test("a questionnaire that was not used for a minute may be stuck: reload is offered, and does not ask", async ({ staff, patient, sandbox }) => {
  const made = await staff.create();
  const visitor = await patient();
  await visitor.page.clock.install();
  await visitor.start(made.link);
  const reload = visitor.page.getByRole("button", { name: visitor.words.reload, exact: true });
  await expect(reload).toBeHidden();
  const before = await sandbox.counters();
  await visitor.page.clock.fastForward(61_000);
  await reload.click();
  await expect.poll(async () => (await sandbox.counters()).presigned).toBe(before.presigned + 1);
  await expect(visitor.finishButton()).toBeVisible();
});

test("on a touch screen reload always asks, and the language link before Start never does", async ({ staff, browser, desk }) => {
  const made = await staff.create();
  const context = await browser.newContext({ baseURL: desk.url, storageState: { cookies: [], origins: [] }, locale: "en-CA", hasTouch: true, isMobile: true, viewport: { width: 360, height: 740 } });
  const page = await context.newPage();
  await page.goto(made.link);
  await page.getByRole("link", { name: "Français" }).tap();
  await page.getByRole("button", { name: "Commencer", exact: true }).tap();
  await expect(page.frameLocator("iframe").getByRole("button", { name: /^(Finish|Terminer)$/ })).toBeVisible();
  await page.getByText(TEXT.fr.stuck, { exact: true }).tap();
  await page.getByRole("button", { name: "Recharger le questionnaire", exact: true }).tap();
  await expect(page.getByRole("dialog", { name: TEXT.fr.title })).toBeVisible();
  await context.close();
});
