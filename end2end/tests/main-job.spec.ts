import { expect, nobody, test } from "../support/fixtures.ts";
import { admin } from "../support/desk.ts";
import { Patient } from "../support/patient.ts";
import { freshName, Staff } from "../support/staff.ts";

test("the whole job: sign in, create by keyboard, hand over, answer in the iframe, watch the board turn", async ({ open, patient }) => {
  const desk = await open(nobody);
  await desk.grantPermissions(["clipboard-read", "clipboard-write"]);
  const page = await desk.newPage();
  const staff = new Staff(page);
  const lastName = freshName();

  await test.step("sign in", async () => {
    await page.goto("/consultations");
    await expect(page).toHaveURL(/\/sign-in/);
    await staff.signIn(admin.email, admin.password);
  });

  await test.step("create with the keyboard alone", async () => {
    await page.getByRole("button", { name: "New consultation", exact: true }).focus();
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/consultations\/new/);
    const stops: { name: string; x: number; y: number }[] = [];
    const typed: Record<string, string> = { "First name": "Ada", "Last name": lastName, Identifier: lastName };
    await expect(page.getByLabel(/^Find a patient/), "the first field has the focus").toBeFocused();
    for (let tabs = 0; tabs < 40 && stops.at(-1)?.name !== "Create consultation"; tabs++) {
      if (tabs > 0) await page.keyboard.press("Tab");
      const stop = await page.evaluate(() => {
        const at = document.activeElement;
        const label = at instanceof HTMLInputElement || at instanceof HTMLSelectElement ? at.labels?.[0] : at;
        const { x, y } = at?.getBoundingClientRect() ?? { x: 0, y: 0 };
        return { inForm: at?.closest("form")?.id === "new-consultation", name: (label?.textContent ?? "").trim(), x, y: y + scrollY };
      });
      // A date has a stop for each of its parts.
      if (!stop.inForm || stop.name === stops.at(-1)?.name) continue;
      stops.push(stop);
      const text = typed[stop.name];
      if (text) await page.keyboard.type(text);
    }
    const order = stops.map((stop) => stop.name);
    for (const label of ["First name", "Last name", "Date of birth", "Identifier type", "Identifier", "Create consultation"]) {
      expect(order, "every field is reached").toContain(label);
    }
    const asRead = [...stops].sort((a, b) => (Math.abs(a.y - b.y) > 20 ? a.y - b.y : a.x - b.x)).map((stop) => stop.name);
    expect(order, "the focus goes as the page is read").toEqual(asRead);
    await page.keyboard.press("Enter");
  });

  const made = await staff.made(lastName);

  await test.step("hand over", async () => {
    await expect(page.getByRole("textbox", { name: "Patient’s link" })).toHaveValue(made.link);
    await page.getByRole("button", { name: "Copy link", exact: true }).click();
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(made.link);
    await expect(page.getByRole("img", { name: /QR code/ }).locator("svg")).toBeVisible();
    await expect(page.getByRole("button", { name: "Open on this device", exact: true })).toBeVisible();
  });

  await page.goto("/consultations");
  const row = staff.row(made);
  await expect(row).toHaveCount(1);
  await expect(row.getByText("Link ready", { exact: true })).toBeVisible();
  await page.evaluate(() => ((window as unknown as { kept: boolean }).kept = true));

  const visitor = await patient({ language: "fr" });
  await test.step("the patient opens the link", async () => {
    await visitor.open(made.link);
    await expect(visitor.page.locator("html")).toHaveAttribute("lang", /^fr/);
    expect(await visitor.page.context().cookies(), "the patient's page needs no cookie").toEqual([]);
    await expect(row.getByText("Opened", { exact: true })).toBeVisible();
  });
  await test.step("the patient starts", async () => {
    await visitor.pressStart();
    await expect(visitor.finishButton()).toBeVisible();
    await expect(row.getByText("Started", { exact: true })).toBeVisible();
  });
  await test.step("the patient answers", async () => {
    await visitor.finish();
    await visitor.expectThanks();
    await expect(visitor.page.getByRole("heading", { name: "Merci" })).toBeFocused();
    expect(await visitor.page.evaluate(() => scrollY)).toBe(0);
    const kept = () => visitor.page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
    await expect.poll(kept, "nothing stays behind once it is delivered").toBe("[{},{}]");
    await expect(row.getByText(/^(Answered|To be analyzed)/).first()).toBeVisible();
  });
  expect(await page.evaluate(() => (window as unknown as { kept?: boolean }).kept), "the board was not reloaded").toBe(true);

  await test.step("the link now says thank you", async () => {
    await visitor.page.goto(made.link);
    await expect(visitor.page.getByRole("heading", { name: "Merci" })).toBeVisible();
    await expect(visitor.startButton()).toHaveCount(0);
  });
});

test("a device that staff hand over keeps nothing of the patient", async ({ staff, page, desk }) => {
  const made = await staff.create();
  const opened = page.waitForEvent("popup");
  await page.getByRole("button", { name: "Open on this device", exact: true }).click();
  const visitor = new Patient(await opened, desk.sandboxUrl);
  await visitor.pressStart();
  await visitor.finish();
  await visitor.expectThanks();
  await expect(visitor.page.getByText(/give the device back/i)).toBeVisible();
  await staff.expectState(made, "Answered");
  const token = new URL(made.link).pathname.split("/")[2]!;
  expect(visitor.page.url()).not.toContain(token);
  expect(await visitor.page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]))).toBe("[{},{}]");
  expect(await visitor.page.content()).not.toContain(made.lastName);
  await visitor.page.reload();
  await expect(visitor.page.getByRole("heading", { name: "Thank you" })).toBeVisible();
  expect(await visitor.page.content()).not.toContain(token);
  await visitor.page.goBack();
  expect(visitor.page.url()).not.toContain(token);
});

test("the presigned URL stays out of our pages, history and referrers", async ({ staff, patient, page, desk }) => {
  const made = await staff.create();
  const visitor = await patient();
  const documents: string[] = [];
  const referrers: string[] = [];
  visitor.page.on("response", async (response) => {
    if (new URL(response.url()).origin === desk.url && response.request().resourceType() === "document") documents.push(await response.text());
  });
  visitor.page.on("request", (request) => {
    const from = request.headers()["referer"];
    if (from && new URL(request.url()).origin === desk.sandboxUrl && request.frame().parentFrame() && from.includes("/c/")) referrers.push(from);
  });
  await visitor.start(made.link);
  expect(documents.length).toBeGreaterThan(0);
  for (const html of documents) expect(html).not.toContain("/embed/");
  expect(referrers, "the link's token does not travel to Empego").toEqual([]);
  await visitor.finish();
  await visitor.expectThanks();
  expect(await visitor.page.content()).not.toContain("/embed/");
  await staff.open(made);
  expect(await page.content()).not.toContain("/embed/");
  expect(desk.log).not.toContain(new URL(made.link).pathname.split("/")[2]!);
});

test("staff pages are closed to strangers", async ({ open }) => {
  const context = await open(nobody);
  const page = await context.newPage();
  for (const path of ["/consultations", "/consultations/new", "/consultations/0190b5f0-0000-7000-8000-000000000000"]) {
    await page.goto(path);
    await expect(page).toHaveURL(/\/sign-in/);
  }
  for (const name of ["create_consultation", "revoke_link", "reissue_link"]) {
    const answer = await context.request.post(`/api/${name}`, { data: "", maxRedirects: 0 });
    expect(answer.status(), name).toBe(401);
  }
});

test("a wrong password says so and keeps the e-mail", async ({ open, guard }) => {
  guard.allowStatus(401, 403, 422);
  const page = await (await open(nobody)).newPage();
  await page.goto("/sign-in");
  await page.getByLabel("Email", { exact: true }).fill(admin.email);
  await page.getByLabel("Password", { exact: true }).fill("not this one");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("alert").first()).toBeVisible();
  await expect(page.getByLabel("Email", { exact: true })).toHaveValue(admin.email);
  await expect(page.getByLabel("Password", { exact: true })).toHaveValue("");
  await expect(page).toHaveURL(/sign-in|sign_in/);
});

test("bad entries are named beside their fields, and kept", async ({ staff, page, guard }) => {
  guard.allowStatus(422);
  await page.goto("/consultations/new");
  // What the browser checks by itself must not keep the server's own check from being tried.
  await page.locator("form").evaluateAll((forms) => forms.forEach((form) => ((form as HTMLFormElement).noValidate = true)));
  const lastName = freshName();
  await staff.field("lastName").fill(lastName);
  // Day and month could be either.
  await staff.field("dateOfBirth").fill("06/07/1950");
  await staff.submit().click();
  await expect(staff.field("dateOfBirth")).toHaveAttribute("aria-invalid", "true");
  await expect(staff.field("lastName")).toHaveValue(lastName);
  await expect(staff.field("dateOfBirth")).toHaveValue("06/07/1950");
  const summary = page.getByRole("alert").first();
  await expect(summary).toBeVisible();
  await expect(summary, "what went wrong is read first").toBeFocused();
  await summary.getByRole("link").first().click();
  await expect(staff.field("dateOfBirth")).toBeFocused();
  await page.goto("/consultations");
  await expect(staff.row({ lastName })).toHaveCount(0);
});

test("Enter in a field looks the patient up, and then creates", async ({ staff, page }) => {
  const lastName = freshName();
  await page.goto("/consultations/new");
  await staff.fill("Ada", lastName);
  await staff.field("lastName").press("Enter");
  await expect(page.getByRole("heading", { name: "No matching record" })).toBeVisible();
  await expect(staff.field("lastName")).toHaveValue(lastName);
  await expect(staff.submit()).toBeFocused();
  await page.keyboard.press("Enter");
  await staff.made(lastName);
});

test("the board finds a consultation by name", async ({ staff, page }) => {
  const one = await staff.create();
  const other = await staff.create();
  await page.goto("/consultations");
  const search = page.getByRole("searchbox").first();
  await search.fill(one.lastName);
  await search.press("Enter");
  await expect(staff.row(one)).toHaveCount(1);
  await expect(staff.row(other)).toHaveCount(0);
  await staff.row(one).getByRole("link", { name: new RegExp(one.lastName) }).click();
  await expect(page).toHaveURL(new RegExp(`/consultations/${one.id}$`));
});

test("both languages, switchable and kept", async ({ open }) => {
  const context = await open(nobody, { language: "fr" });
  const page = await context.newPage();
  await page.goto("/sign-in");
  await expect(page.getByRole("button", { name: "Se connecter", exact: true })).toBeVisible();
  await page.getByRole("button", { name: /English/ }).or(page.getByRole("link", { name: /English/ })).first().click();
  await expect(page.getByRole("button", { name: "Sign in", exact: true })).toBeVisible();
  await page.goto("/sign-in");
  await expect(page.getByRole("button", { name: "Sign in", exact: true }), "the choice is kept").toBeVisible();
});
