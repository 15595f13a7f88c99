import { expect, nobody, test } from "../support/fixtures.ts";

test("a hundred GETs and HEADs of a link mint nothing and change nothing", async ({ staff, open, sandbox, page }) => {
  const made = await staff.create();
  const scanner = (await open(nobody)).request;
  const before = await sandbox.counters();
  for (let round = 0; round < 10; round++) {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => (n % 2 ? scanner.head(made.link) : scanner.get(made.link, { headers: n % 4 ? {} : { "sec-purpose": "prefetch" } }))),
    );
    for (const answer of answers) {
      expect(answer.status()).toBe(200);
      expect(answer.headers()["set-cookie"]).toBeUndefined();
      expect(answer.headers()["cache-control"]).toContain("no-store");
      expect(answer.headers()["referrer-policy"]).toBe("no-referrer");
    }
  }
  expect(await sandbox.counters()).toEqual(before);
  await page.goto("/consultations");
  await expect(staff.row(made).getByText("Link ready", { exact: true })).toBeVisible();
  await staff.open(made);
  await expect(staff.timeline(/opened|started/i)).toHaveCount(0);
});

test("a link preview that runs no script leaves no trace either", async ({ staff, browser, desk, sandbox, page }) => {
  const made = await staff.create();
  const before = await sandbox.counters();
  const context = await browser.newContext({ baseURL: desk.url, storageState: nobody, javaScriptEnabled: false });
  await (await context.newPage()).goto(made.link);
  await context.close();
  expect(await sandbox.counters()).toEqual(before);
  await page.goto("/consultations");
  await expect(staff.row(made).getByText("Link ready", { exact: true })).toBeVisible();
});

test("a page of another site cannot press Start or act for staff", async ({ staff, page, desk, sandbox, guard }) => {
  guard.allowStatus(400, 401, 403);
  guard.allow(/CORS policy|net::ERR_FAILED|Content Security Policy/);
  const made = await staff.create();
  await page.goto(made.link);
  const fields = await page.locator("form").filter({ has: page.getByRole("button", { name: "Start", exact: true }) }).evaluate((form) => ({
    action: (form as HTMLFormElement).action,
    fields: new URLSearchParams(new FormData(form as HTMLFormElement) as never).toString(),
  }));
  const before = await sandbox.counters();
  // Localhost and 127.0.0.1 are two sites to a browser, though one server answers both.
  const foreign = desk.sandboxUrl.replace("127.0.0.1", "localhost");
  guard.allowOrigin(foreign);
  await page.route(`${foreign}/foreign`, (route) => route.fulfill({ contentType: "text/html", body: "<!doctype html><title>x</title>" }));
  await page.goto(`${foreign}/foreign`);
  const answer = page.waitForResponse((response) => response.url().startsWith(fields.action));
  await page.evaluate(({ action, fields }) => {
    const form = document.createElement("form");
    form.method = "post";
    form.action = action;
    for (const [name, value] of new URLSearchParams(fields)) {
      const input = document.createElement("input");
      input.name = name;
      input.value = value;
      form.append(input);
    }
    document.body.append(form);
    form.submit();
  }, fields);
  expect((await answer).status()).toBe(403);
  expect((await sandbox.counters()).presigned).toBe(before.presigned);
});
