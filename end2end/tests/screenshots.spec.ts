import { mkdir } from "node:fs/promises";
import path from "node:path";
import { expect, nobody, test } from "../support/fixtures.ts";
import { visitEveryPage, widths } from "../support/gallery.ts";

/** Where pictures go; without it none are taken. */
const folder = process.env.SCREENSHOTS;

test.skip(!folder, "SCREENSHOTS names no folder");

for (const language of ["en", "fr"] as const) {
  for (const width of widths) {
    for (const dark of [false, true]) {
      const look = `${language}-${width}-${dark ? "dark" : "light"}`;
      test(`pictures of every page, ${look}`, async ({ desk, sandbox, open, signedIn, guard, anotherDesk, signedInAt }) => {
        test.setTimeout(300_000);
        guard.allow(/./);
        const to = path.resolve(folder!, look);
        await mkdir(to, { recursive: true });
        const short = await anotherDesk({ env: { DESK_LINK_TTL: "1s" } });
        const expired = await (await signedInAt(short)).create();
        await expect.poll(async () => (await fetch(expired.link)).status, { timeout: 15_000 }).toBe(410);
        const window = { language, width, height: width === 360 ? 740 : 800, dark };
        await visitEveryPage({
          desk,
          sandbox,
          language,
          staff: await (await open(signedIn, window)).newPage(),
          stranger: await (await open(nobody, window)).newPage(),
          expiredLink: expired.link,
          look: async (name, page) => {
            await page.screenshot({ path: path.join(to, `${name}.png`), fullPage: true, animations: "disabled" });
          },
        });
      });
    }
  }
}
