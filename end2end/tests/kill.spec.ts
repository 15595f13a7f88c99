import { expect, test } from "../support/fixtures.ts";
import { freshName } from "../support/staff.ts";
import { Sandbox } from "../support/sandbox.ts";

// The sandbox is a process of its own here, as Empego is: what it knows outlives the desk. One test below uses the
// sandbox that is built in.

test("a kill between any two steps loses nothing that was acknowledged", async ({ anotherDesk, signedInAt, patient, guard }) => {
  guard.allowNetworkErrors();
  test.setTimeout(120_000);
  const desk = await anotherDesk({ ownSandbox: true });
  const cut = async () => {
    await desk.kill();
    await desk.restart();
  };
  const staff = await signedInAt(desk);
  await cut();

  // Signing in was acknowledged: staff still are.
  const made = await staff.create();
  await cut();
  await staff.expectState(made, "Link ready");
  await staff.open(made);
  expect(await staff.link(), "the same link").toBe(made.link);

  const visitor = await patient({}, desk);
  await visitor.open(made.link);
  await staff.expectState(made, "Opened");
  await cut();
  await staff.expectState(made, "Opened");

  await visitor.pressStart();
  await expect(visitor.finishButton()).toBeVisible();
  await cut();
  await staff.expectState(made, "Started");

  await visitor.finish();
  await visitor.expectThanks();
  await staff.expectState(made, "Answered");
  await cut();
  await staff.expectState(made, "Answered");
  await staff.open(made);
  await expect(staff.timeline(/Answers received/)).toHaveCount(1);

  const revoked = await staff.create();
  await staff.revoke();
  await cut();
  await staff.expectState(revoked, "Revoked");
  expect((await fetch(revoked.link)).status).toBe(410);
});

test("an answer given while the desk is down is delivered when it is up again", async ({ anotherDesk, signedInAt, patient, guard }) => {
  guard.allowNetworkErrors();
  test.setTimeout(120_000);
  const desk = await anotherDesk({ ownSandbox: true });
  const staff = await signedInAt(desk);
  const made = await staff.create();
  const visitor = await patient({}, desk);
  await visitor.start(made.link);
  await visitor.answer();
  await desk.kill();
  await visitor.finishButton().click();
  await expect(visitor.page.getByRole("heading", { name: "Thank you" }).or(visitor.page.getByText(/saving|sending/i)).first()).toBeVisible();
  await desk.restart();
  await staff.expectState(made, "Answered");
  await visitor.expectThanks();
});

test("a kill in the middle of a create call keeps what was typed, and does not pretend to know", async ({ anotherDesk, signedInAt, guard }) => {
  guard.allowNetworkErrors();
  const desk = await anotherDesk({ ownSandbox: true, env: { EMPEGO_TIMEOUT: "60s" } });
  const sandbox = new Sandbox(desk.sandboxUrl);
  const staff = await signedInAt(desk);
  const watching = await signedInAt(desk);
  const lastName = freshName();
  await staff.page.goto("/consultations/new");
  await staff.fill("Ada", lastName);
  await sandbox.faults({ latency_ms: 30_000 });
  await staff.submit().click({ noWaitAfter: true });
  await expect(async () => {
    await watching.page.goto("/consultations");
    await expect(watching.row({ lastName })).toHaveCount(1, { timeout: 500 });
  }).toPass();
  await desk.kill();
  await desk.restart();
  await watching.page.goto("/consultations");
  await expect(watching.row({ lastName })).toHaveCount(1);
  await expect(watching.row({ lastName }).getByText("Link ready", { exact: true })).toHaveCount(0);
});

test("a kill of a default desk, with the sandbox in it, breaks no link", async ({ anotherDesk, signedInAt, patient, guard }) => {
  guard.allowNetworkErrors();
  test.setTimeout(120_000);
  const desk = await anotherDesk();
  const staff = await signedInAt(desk);
  const made = await staff.create();
  await desk.kill();
  await desk.restart();
  const visitor = await patient({}, desk);
  await visitor.start(made.link);
  await visitor.finish();
  await visitor.expectThanks();
  await staff.expectState(made, "Answered");
  await desk.kill();
  await desk.restart();
  await staff.expectState(made, "Answered");
});
