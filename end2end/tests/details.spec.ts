import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Details } from "../support/details.ts";
import { expect, test } from "../support/fixtures.ts";
import { FRAME_SANDBOX } from "../support/sandbox.ts";

const run = promisify(execFile);

test("a clinician opens the details as themselves, with a URL of each mount", async ({ staff, page, sandbox, desk }) => {
  const made = await staff.create();
  const details = new Details(page, desk.sandboxUrl);
  const before = await sandbox.counters();
  await staff.open(made);
  await page.getByRole("link", { name: "Consultation details", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`Ada ${made.lastName}`);
  await expect(details.frame().getByText(await sandbox.key(made))).toBeVisible();
  await expect(details.frame().getByText("Opened by")).toBeVisible();
  await expect(page.getByRole("status").filter({ hasText: "Empego shows the details below." })).toBeVisible();
  await expect(page.locator("iframe")).toHaveAttribute("title", "Consultation details");
  await expect(page.locator("iframe")).toHaveAttribute("sandbox", FRAME_SANDBOX);
  await expect(page.getByRole("button", { name: "Open the details in a new tab" })).toBeHidden();
  expect((await sandbox.counters()).presigned - before.presigned).toBe(1);
  await page.reload();
  await expect(details.exportButton()).toBeVisible();
  await page.getByRole("button", { name: "Reload the details" }).click();
  await expect.poll(async () => (await sandbox.counters()).presigned - before.presigned).toBe(3);
  await expect(details.exportButton()).toBeVisible();
});

test("an export is told of, downloaded and copied", async ({ staff, page, sandbox, desk }) => {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const made = await staff.create();
  const key = await sandbox.key(made);
  const details = new Details(page, desk.sandboxUrl);
  await details.open(made);
  await sandbox.faults({ hang_pages: true });
  await details.exportButton().click();
  await expect(page.getByRole("status").filter({ hasText: "Export in progress…" })).toBeVisible();
  await sandbox.behave();
  await expect(page.getByRole("heading", { name: "The export is ready" })).toBeVisible();
  await expect(page.getByRole("status").filter({ hasText: "The export is ready" })).toBeVisible();
  await expect(page.getByText("It is not kept")).toBeVisible();

  const coming = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download the PDF" }).click();
  const download = await coming;
  expect(download.suggestedFilename()).toMatch(/^consultation-details-\d{4}-\d\d-\d\d-[0-9a-f]{8}\.pdf$/);
  const { stdout } = await run("pdftotext", [await download.path(), "-"]);
  expect(stdout).toContain(key);
  expect(stdout).toContain("Empego sandbox");

  await expect(page.getByRole("textbox", { name: "Text summary" })).toHaveValue(new RegExp(key));
  await expect(page.getByRole("textbox", { name: "Text summary" })).not.toBeEditable();
  await page.getByRole("button", { name: "Copy the text" }).click();
  await expect(page.getByRole("button", { name: "Copied" })).toBeVisible();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain(key);
  await expect(details.exportButton(), "the frame is where it was").toBeVisible();
});

test("what the site keeps is listed with the consultation", async ({ anotherDesk, signedInAt }) => {
  const desk = await anotherDesk();
  const staff = await signedInAt(desk);
  const { page } = staff;
  await page.goto("/admin/sites");
  await page.getByRole("checkbox", { name: "Keep exports with their consultation" }).check();
  await page.getByRole("button", { name: "Save settings" }).click();
  await page.waitForURL(/saved/);
  const made = await staff.create();
  const details = new Details(page, desk.sandboxUrl);
  await details.open(made);
  await details.export("The export is ready");
  await expect(page.getByText("It is kept with the consultation.")).toBeVisible();
  await staff.open(made);
  await expect(page.getByRole("link", { name: /^PDF, / })).toBeVisible();
  await expect(page.getByRole("link", { name: /^Text, / })).toBeVisible();
});

for (const [fault, heading, sentence] of [
  [{ export_fails: "pdf" }, "Part of the export is missing", "Empego could not make the PDF."],
  [{ export_fails: "text" }, "Part of the export is missing", "Empego could not make the text summary."],
  [{ export_fails: "both" }, "The export failed", "Empego could not make the PDF."],
  [{ export_file: "other_host" }, "Part of the export is missing", "The PDF is at an address that is not allowed"],
  [{ export_file: "too_large" }, "Part of the export is missing", "The PDF is larger than 20 MB and was not accepted."],
  [{ export_file: "not_pdf" }, "Part of the export is missing", "The file received is not a PDF and was not accepted."],
  [{ export_file: "expired" }, "Part of the export is missing", "The PDF could not be fetched"],
] as const) {
  test(`an export goes wrong: ${JSON.stringify(fault)}`, async ({ staff, page, sandbox, desk }) => {
    const made = await staff.create();
    const details = new Details(page, desk.sandboxUrl);
    await details.open(made);
    await sandbox.faults(fault);
    await details.export(heading);
    const alert = page.getByRole("alert").filter({ hasText: heading });
    await expect(alert).toContainText(sentence);
    await expect(alert).toContainText("To try again, press Export in Empego’s page below.");
    const [pdf, text] = [page.getByRole("link", { name: "Download the PDF" }), page.getByRole("textbox", { name: "Text summary" })];
    const textFails = "export_fails" in fault && fault.export_fails !== "pdf";
    const pdfFails = !("export_fails" in fault) || fault.export_fails !== "text";
    await expect(pdf).toHaveCount(pdfFails ? 0 : 1);
    await expect(text).toHaveCount(textFails ? 0 : 1);
    await sandbox.behave();
    await details.export("The export is ready");
    await expect(page.getByRole("alert")).toHaveCount(0);
  });
}

test("an export above the limit is said to be too large at once", async ({ staff, page, desk }) => {
  const made = await staff.create();
  const details = new Details(page, desk.sandboxUrl);
  await details.open(made);
  // Below the limit in UTF-16 units, and above it in bytes of UTF-8, as the server counts.
  await page.route("**/export/ready", async (route) => {
    const answer = await route.fetch();
    const message = await answer.json();
    message.data.textualSummary.content = "é".repeat(40_000);
    await route.fulfill({ response: answer, json: message });
  });
  await details.export("The export failed");
  await expect(page.getByRole("alert")).toContainText("The export is larger than this application accepts");
  await page.unroute("**/export/ready");
  await details.export("The export is ready");
});

test("the desk does not answer: nothing was taken, and exporting again mends it", async ({ staff, page, desk, guard }) => {
  guard.allowStatus(500);
  const made = await staff.create();
  const details = new Details(page, desk.sandboxUrl);
  await details.open(made);
  await page.route("**/api/take_export", (route) => route.fulfill({ status: 500, body: "{}" }));
  await details.export("The export failed");
  await expect(page.getByRole("alert")).toContainText("This application could not fetch the export.");
  await page.unroute("**/api/take_export");
  await details.export("The export is ready");
});

test("only the frame's own messages count, and only about this consultation", async ({ staff, page, sandbox, desk }) => {
  const made = await staff.create();
  const key = await sandbox.key(made);
  const details = new Details(page, desk.sandboxUrl);
  await details.open(made);
  const begun = { eventType: "consultation", operation: "exportInProgress", id: key, createdAt: 1 };
  await page.evaluate((message) => postMessage(message, "*"), begun);
  await (await details.window()).evaluate((message) => parent.postMessage(message, "*"), { ...begun, id: "another" });
  await (await details.window()).evaluate((message) => parent.postMessage(message, "*"), { ...begun, padding: "x".repeat(70_000) });
  await (await details.window()).evaluate((message) => parent.postMessage(message, "*"), JSON.stringify(begun));
  // Messages to one window come in order: once this one was acted on, so were those.
  const update = { eventType: "consultation", operation: "update", status: "IN_PROGRESS", id: key };
  const reported = page.waitForResponse("**/api/report_details_message");
  await (await details.window()).evaluate((message) => parent.postMessage(message, "*"), update);
  expect((await reported).status()).toBe(200);
  await expect(page.getByText("Export in progress…")).toHaveCount(0);
  await staff.expectState(made, "Answered");
});

test("after 15 seconds without the details the page says so, and a retry brings them", async ({ staff, page, sandbox, desk }) => {
  const made = await staff.create();
  const details = new Details(page, desk.sandboxUrl);
  await page.clock.install();
  await sandbox.faults({ hang_pages: true });
  await page.goto(`/consultations/${made.id}/details`);
  await expect(page.locator("iframe")).toBeAttached();
  await page.clock.fastForward(15_500);
  const alert = page.getByRole("alert").filter({ hasText: "The details are not opening" });
  await expect(alert).toBeVisible();
  await expect(alert.getByRole("button", { name: "Open full screen" })).toBeVisible();
  // Pressed while the page still hangs: the mount before would come by itself once it does not.
  await alert.getByRole("button", { name: "Reload the details" }).click();
  await sandbox.behave();
  await expect(details.exportButton()).toBeVisible();
  await expect(alert).toHaveCount(0);
});

test("Empego refuses our key: said so, and it can be tried again", async ({ staff, page, sandbox, desk, guard }) => {
  guard.allowStatus(502);
  const made = await staff.create();
  const details = new Details(page, desk.sandboxUrl);
  await sandbox.faults({ fail_next: { status: 401, count: 1 } });
  await page.goto(`/consultations/${made.id}/details`);
  await expect(page.getByRole("alert")).toContainText("Empego does not open the details");
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(details.exportButton()).toBeVisible();
});

test("work inside the frame counts as use of the session", async ({ staff, page, desk }) => {
  await page.clock.install();
  const made = await staff.create();
  const details = new Details(page, desk.sandboxUrl);
  await details.open(made);
  let kept = 0;
  page.on("request", (request) => (kept += Number(request.url().endsWith("/api/keep_session"))));
  await page.clock.fastForward(61_000);
  expect(kept, "nobody is inside").toBe(0);
  await details.exportButton().focus();
  await page.clock.fastForward(61_000);
  await expect.poll(() => kept).toBe(1);
});
