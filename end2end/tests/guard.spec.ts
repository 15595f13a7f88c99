import { expect, test } from "../support/fixtures.ts";

test("a window that a test opens by itself is guarded as well", async ({ browser, guard }) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.route("https://elsewhere.example/**", (route) => route.fulfill({ contentType: "text/html", body: "<!doctype html><title>x</title>" }));
  await page.goto("https://elsewhere.example/");
  await context.close();
  expect(guard.heard).toContain("foreign request: https://elsewhere.example");
  guard.allow(/^foreign request: https:\/\/elsewhere\.example$/);
});
