import { expect, test } from "../support/fixtures.ts";
import { completion } from "../support/patient.ts";

const OTHER_ID = "00000000-0000-4000-8000-000000000009";

test("completion posted while the questionnaire loads counts", async ({ staff, patient, sandbox }) => {
  const made = await staff.create();
  await sandbox.faults({ post_at_load: true });
  const visitor = await patient();
  await visitor.open(made.link);
  await visitor.startButton().click();
  await visitor.expectThanks();
  await staff.expectState(made, "Answered");
});

test("the same message three times is one answer", async ({ staff, patient, sandbox }) => {
  const made = await staff.create();
  await sandbox.faults({ duplicate_messages: true });
  const visitor = await patient();
  await visitor.start(made.link);
  const key = await sandbox.key(made);
  await visitor.answer();
  const frame = await visitor.window();
  await frame.evaluate((body) => [1, 2, 3].forEach(() => parent.postMessage(body, "*")), completion(key));
  await visitor.expectThanks();
  await staff.expectState(made, "Answered");
  await staff.open(made);
  await expect(staff.timeline(/Answers received/)).toHaveCount(1);
});

test("a repeated report from the sandbox's own button is one answer", async ({ staff, patient, sandbox }) => {
  const made = await staff.create();
  await sandbox.faults({ duplicate_messages: true });
  const visitor = await patient();
  await visitor.start(made.link);
  await visitor.finish();
  await visitor.expectThanks();
  await staff.expectState(made, "Answered");
  await staff.open(made);
  await expect(staff.timeline(/Answers received/)).toHaveCount(1);
});

test.describe("what does not count", () => {
  test("a message from the wrong origin", async ({ staff, patient, sandbox, guard, desk }) => {
    // The sandbox's other name is another origin.
    guard.allowOrigin(desk.sandboxUrl.replace("127.0.0.1", "localhost"));
    const made = await staff.create();
    await sandbox.faults({ wrong_origin: true });
    const visitor = await patient();
    await visitor.start(made.link);
    await visitor.finish();
    const messenger = () => visitor.page.frames().find((frame) => frame.url().includes("/messenger"));
    await expect.poll(() => messenger()?.evaluate(() => document.readyState)).toBe("complete");
    expect(new URL(messenger()!.url()).origin).not.toBe(desk.sandboxUrl);
    await visitor.expectStillAnswering();
    expect(visitor.reports).toEqual([]);
    await staff.expectState(made, "Started");
  });

  test("our own frame, moved to a null origin", async ({ staff, patient, sandbox }) => {
    const made = await staff.create();
    const visitor = await patient();
    await visitor.start(made.link);
    const key = await sandbox.key(made);
    const html = `<!doctype html><title>x</title><script>parent.postMessage(${JSON.stringify(completion(key))}, "*"); document.title = origin</script>`;
    await visitor.replaceFrame("/null-origin", html, { "content-security-policy": "sandbox allow-scripts" });
    expect(await (await visitor.window()).evaluate(() => origin)).toBe("null");
    await visitor.expectStillAnswering();
    expect(visitor.reports).toEqual([]);
    await staff.expectState(made, "Started");
  });

  test("another window of the right origin", async ({ staff, patient, sandbox }) => {
    const made = await staff.create();
    const visitor = await patient();
    await visitor.start(made.link);
    const key = await sandbox.key(made);
    const inner = "/inner-frame";
    await visitor.page.route(`**${inner}`, (route) =>
      route.fulfill({
        contentType: "text/html; charset=utf-8",
        body: `<!doctype html><title>x</title><script>top.postMessage(${JSON.stringify(completion(key))}, "*"); parent.postMessage("posted", "*")</script>`,
      }),
    );
    const outer = `<!doctype html><title>waiting</title><script>addEventListener("message", () => { document.title = "posted" })</script><iframe src="${inner}"></iframe>`;
    await visitor.replaceFrame("/outer-frame", outer);
    await expect.poll(async () => (await visitor.window()).title()).toBe("posted");
    await visitor.expectStillAnswering();
    expect(visitor.reports).toEqual([]);
    await staff.expectState(made, "Started");
  });

  test("our own window, and an event that a script made up", async ({ staff, patient, desk, sandbox }) => {
    const made = await staff.create();
    const visitor = await patient();
    await visitor.start(made.link);
    const key = await sandbox.key(made);
    await visitor.page.evaluate(
      ({ body, origin }) => {
        const frame = document.querySelector("iframe");
        window.dispatchEvent(new MessageEvent("message", { data: body, origin, source: frame?.contentWindow ?? null }));
        window.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(body), origin, source: frame?.contentWindow ?? null }));
        window.postMessage(body, "*");
      },
      { body: completion(key), origin: desk.sandboxUrl },
    );
    await visitor.expectStillAnswering();
    expect(visitor.reports).toEqual([]);
    await staff.expectState(made, "Started");
  });

  test("a foreign consultation, a megabyte, and things that are no message at all", async ({ staff, patient, sandbox }) => {
    const made = await staff.create();
    const other = await staff.create();
    const visitor = await patient();
    await visitor.start(made.link);
    const key = await sandbox.key(made);
    await visitor.post(completion(OTHER_ID));
    await visitor.post(completion(key, { padding: "x".repeat(1_000_000) }));
    for (const body of [null, 7, "", "text", "x".repeat(1_000_000), [], {}, { eventType: 1 }, { eventType: "consultation" }, { eventType: "patient", operation: "update", status: "DONE", id: key }]) {
      await visitor.post(body);
    }
    await (await visitor.window()).evaluate((id) => {
      const loop: Record<string, unknown> = { eventType: "consultation", operation: "update", status: "DONE", id };
      loop.self = loop;
      parent.postMessage(loop, "*");
      parent.postMessage(new Map([["eventType", "consultation"]]), "*");
      parent.postMessage(10n, "*");
      parent.postMessage(new Uint8Array(16), "*");
    }, OTHER_ID);
    await visitor.expectStillAnswering();
    await staff.expectState(made, "Started");
    await staff.expectState(other, "Link ready");

    // The page has survived all of it.
    await visitor.finish();
    await visitor.expectThanks();
    await staff.expectState(made, "Answered");
  });

  test("a report to our server about a link that is not there, or without a completion", async ({ open, staff, patient, guard, sandbox }) => {
    guard.allowStatus(400, 404, 410, 413, 422);
    const made = await staff.create();
    const visitor = await patient();
    await visitor.start(made.link);
    const key = await sandbox.key(made);
    const stranger = await open({ cookies: [], origins: [] });
    for (const body of ["", "{}", "not json", JSON.stringify({ token: "0".repeat(27), message: JSON.stringify(completion(key)) })]) {
      const answer = await stranger.request.post("/api/report_message", { data: body, headers: { "content-type": "application/json" } });
      expect(answer.status(), body.slice(0, 20)).toBeGreaterThanOrEqual(400);
      expect(answer.status(), body.slice(0, 20)).toBeLessThan(500);
    }
    await staff.expectState(made, "Started");
  });
});

test.describe("what counts all the same", () => {
  test("the misprint evenType", async ({ staff, patient, sandbox }) => {
    const made = await staff.create();
    await sandbox.faults({ misprint_event_type: true });
    const visitor = await patient();
    await visitor.start(made.link);
    await visitor.finish();
    await visitor.expectThanks();
    await staff.expectState(made, "Answered");
  });

  for (const [name, more] of [
    ["evenType", { eventType: undefined, evenType: "consultation" }],
    ["another case", { eventType: "Consultation" }],
    ["createdAt as text", { createdAt: "2026-01-02 03:04:05.678" }],
    ["unknown members", { somethingNew: { deep: [1, 2, 3] } }],
    ["a later status", { status: "DONE" }],
  ] as const) {
    test(`a message with ${name}`, async ({ staff, patient, sandbox }) => {
      const made = await staff.create();
      const visitor = await patient();
      await visitor.start(made.link);
    const key = await sandbox.key(made);
      await visitor.post(completion(key, more));
      await visitor.expectThanks();
      await staff.expectState(made, "Answered");
    });
  }

  for (const spelling of ["followup", "followUp"]) {
    test(`the spelling ${spelling} is read and breaks nothing`, async ({ staff, patient }) => {
      const made = await staff.create();
      const visitor = await patient();
      await visitor.start(made.link);
      // About a follow-up of another id: heard, and not about this consultation.
      await visitor.post(completion(OTHER_ID, { eventType: spelling }));
      await visitor.expectStillAnswering();
      await staff.expectState(made, "Started");
      await visitor.finish();
      await visitor.expectThanks();
    });
  }

  test("an unknown status and an unknown operation are shown as they came, and cut nobody off", async ({ staff, patient, sandbox, page }) => {
    const made = await staff.create();
    const visitor = await patient();
    await visitor.start(made.link);
    const key = await sandbox.key(made);
    await visitor.post(completion(key, { status: "HALF_WAY_THERE" }));
    await visitor.post(completion(key, { operation: "somersault", status: undefined }));
    await visitor.expectStillAnswering();
    await expect(async () => {
      await staff.open(made);
      await expect(page.getByText("HALF_WAY_THERE").first()).toBeVisible({ timeout: 500 });
    }).toPass();
    await staff.expectState(made, "Started");

    // The sandbox's own button with a status that no document names: the patient is not thrown out.
    await sandbox.faults({ unknown_status: true });
    await visitor.finish();
    await visitor.settled();
    await sandbox.behave();
    await visitor.post(completion(key));
    await visitor.expectThanks();
    await staff.expectState(made, "Answered");
  });
});
