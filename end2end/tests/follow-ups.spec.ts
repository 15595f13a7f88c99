import { expect, test } from "../support/fixtures.ts";
import { clinicDay } from "../support/staff.ts";

test("a follow-up of a consultation is planned, answered and done", async ({ staff, page, patient, sandbox }) => {
  const made = await staff.create();
  await staff.open(made);
  await page.getByRole("link", { name: "Plan a follow-up" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Plan a follow-up");
  await expect(page.locator(".whose")).toContainText(made.lastName);
  await staff.fillPlan(0, "Blood pressure");
  const followUp = await staff.made(made.lastName);
  expect(followUp.id).not.toBe(made.id);
  await expect(page.locator(".kind")).toHaveText("Follow-up Due today");
  await expect(page.getByRole("link", { name: /^the consultation of/ })).toHaveAttribute("href", `/consultations/${made.id}`);

  await page.goto("/follow-ups?view=due");
  await expect(page.locator(".live")).toHaveText("Live");
  await expect(staff.row(followUp).getByText("Link ready", { exact: true })).toBeVisible();
  const visitor = await patient();
  await visitor.open(followUp.link);
  await expect(visitor.page.getByRole("heading", { level: 1 })).toHaveText("Questions for your follow-up");
  await visitor.pressStart();
  await expect(visitor.page.locator("iframe")).toHaveAttribute("title", "Follow-up questionnaire");
  await expect(staff.row(followUp).getByText("Started", { exact: true }), "the list turns by itself").toBeVisible();
  await visitor.finish();
  await visitor.expectThanks();
  await expect(staff.row(followUp), "it is no longer waited for").toHaveCount(0);

  await page.goto("/follow-ups?view=to-be-analyzed");
  await expect(page.locator(".live")).toHaveText("Live");
  await expect(staff.row(followUp).getByText("Answered", { exact: true })).toBeVisible();
  await sandbox.faults({ hold_events: null });
  await sandbox.status(await sandbox.key(followUp), "DONE");
  await expect(staff.row(followUp), "Empego says that it is finished").toHaveCount(0, { timeout: 20_000 });
  await page.goto("/follow-ups?view=done");
  await expect(staff.row(followUp).getByText("Done", { exact: true }).first()).toBeVisible();
  await sandbox.behave();
});

test("one that is planned is in its week, tells the patient its day, and is called off", async ({ staff, page, patient, guard }) => {
  guard.allowStatus(410);
  const planned = await staff.plan(9, "Weight");
  await expect(page.locator(".kind")).toHaveText("Follow-up Planned");
  const visitor = await patient();
  await visitor.open(planned.link);
  await expect(visitor.page.locator(".planned")).toContainText("This follow-up is for");
  await page.goto("/follow-ups");
  await page.getByRole("link", { name: "Week", exact: true }).click();
  // Nine days from now are in the next week, or in the one after it.
  await page.getByRole("link", { name: "Next week" }).click();
  const entry = page.locator(".week li").filter({ hasText: planned.lastName });
  if ((await page.locator(`.week time[datetime="${clinicDay(9)}"]`).count()) === 0) await page.getByRole("link", { name: "Next week" }).click();
  await expect(page.locator(".week section", { has: page.locator(`time[datetime="${clinicDay(9)}"]`) }).locator("li", { hasText: planned.lastName })).toBeVisible();
  await entry.getByRole("link").click();
  await page.locator("summary", { hasText: "Cancel follow-up" }).click();
  await page.locator("#cancel_reason").selectOption("not-needed");
  await page.getByRole("button", { name: "Cancel follow-up" }).click();
  await expect(page.locator(".kind")).toHaveText("Follow-up Cancelled");
  expect((await visitor.page.goto(planned.link))?.status()).toBe(410);
});

test("a form with mistakes keeps what was typed, the identifier finds the patient", async ({ staff, page, guard }) => {
  guard.allowStatus(422);
  const known = await staff.create("Grace");
  await page.goto("/follow-ups/new");
  await page.locator("#identifier").fill(known.lastName.toUpperCase());
  await page.locator("#identifier").press("Tab");
  await expect(page.locator("#first_name")).toHaveValue("Grace");
  await page.locator("#follow_up_reason").fill("A cough");
  await page.locator("form[action='/api/plan_follow_up'] button.primary").click();
  await expect(page.locator("#errors")).toContainText("Enter the day of the follow-up");
  await expect(page.locator("#follow_up_reason")).toHaveValue("A cough");
  await staff.fillPlan(1, "A cough");
  await staff.made(known.lastName);
});

test("the connection check loads Empego's start page in a frame", async ({ page }) => {
  await page.goto("/admin/connection");
  const check = page.locator("#frame");
  await expect(check.getByRole("heading").first(), "its page sent a message").toHaveText("Frame in this browser: Good");
  await expect(check.frameLocator("iframe").getByRole("heading").first()).toBeVisible();
});

test("a start page that refuses to be framed is never called good", async ({ desk, page, guard }) => {
  guard.allow(/X-Frame-Options|frame-ancestors|ERR_BLOCKED_BY_RESPONSE|Refused to display/);
  let asked = 0;
  await page.route(`${desk.sandboxUrl}/`, async (route) => {
    asked += 1;
    const answer = await route.fetch();
    await route.fulfill({ response: answer, headers: { ...answer.headers(), "x-frame-options": "DENY" } });
  });
  await page.goto("/admin/connection");
  const check = page.locator("#frame");
  await expect.poll(() => asked).toBeGreaterThan(0);
  await expect(check.getByRole("status")).toContainText(/browsers do not say which one|Nothing has loaded/);
  await expect(check.getByRole("heading").first()).toHaveText("Frame in this browser: Not known");
});

test("a page that says nothing is not called good", async ({ desk, page }) => {
  await page.route(`${desk.sandboxUrl}/`, (route) => route.fulfill({ contentType: "text/html", body: "<h1>Some page</h1>" }));
  await page.goto("/admin/connection");
  await expect(page.locator("#frame").getByRole("status")).toContainText("browsers do not say which one");
  await expect(page.locator("#frame").getByRole("heading").first()).toHaveText("Frame in this browser: Not known");
});

test("a policy that keeps Empego out is said by the connection check", async ({ page, guard }) => {
  guard.allow(/Content Security Policy/);
  await page.route("**/admin/connection", async (route) => {
    const answer = await route.fetch();
    const policy = answer.headers()["content-security-policy"]!.replace(/frame-src [^;]+/, "frame-src 'none'");
    await route.fulfill({ response: answer, headers: { ...answer.headers(), "content-security-policy": policy } });
  });
  await page.goto("/admin/connection");
  await expect(page.locator("#frame")).toContainText("This application’s own security policy blocks Empego’s page.");
});
