import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, nobody, test } from "../support/fixtures.ts";
import { visitEveryPage, widths } from "../support/gallery.ts";
import type { Language } from "../support/words.ts";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Checks one page: axe, its language, its title, its one main heading, and that it does not scroll sideways. */
async function check(name: string, page: Page, language: Language): Promise<void> {
  const found = await new AxeBuilder({ page }).withTags(TAGS).exclude("iframe").analyze();
  const violations = found.violations.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.map((node) => node.html) }));
  expect.soft(violations, `${name}: axe`).toEqual([]);
  await expect.soft(page.locator("html"), `${name}: language`).toHaveAttribute("lang", new RegExp(`^${language}`));
  await expect.soft(page, `${name}: title`).toHaveTitle(/\S/);
  await expect.soft(page.getByRole("heading", { level: 1 }), `${name}: one main heading`).toHaveCount(1);
  expect.soft(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), `${name}: does not scroll sideways`).toBeLessThanOrEqual(0);
}

for (const language of ["en", "fr"] as const) {
  for (const width of widths) {
    test(`axe finds nothing on any page, ${language}, ${width} px`, async ({ desk, sandbox, open, signedIn, guard, anotherDesk, signedInAt }) => {
      test.setTimeout(300_000);
      guard.allowStatus(401, 404, 410, 422, 502, 503, 504);
      guard.allowNetworkErrors();
      const short = await anotherDesk({ env: { DESK_LINK_TTL: "1s" } });
      const expired = await (await signedInAt(short)).create();
      await expect.poll(async () => (await fetch(expired.link)).status, { timeout: 15_000 }).toBe(410);
      const staff = await (await open(signedIn, { language, width })).newPage();
      const stranger = await (await open(nobody, { language, width })).newPage();
      await visitEveryPage({ desk, sandbox, language, staff, stranger, expiredLink: expired.link, look: (name, page) => check(name, page, language) });
    });
  }
}
