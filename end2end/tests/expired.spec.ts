import { expect, test } from "../support/fixtures.ts";
import { Sandbox } from "../support/sandbox.ts";

for (const status of ["EXPIRED", "ARCHIVED"]) {
  test(`what Empego ends unanswered (${status}) is never shown as answered`, async ({ anotherDesk, signedInAt, patient, guard }) => {
    guard.allowNetworkErrors();
    guard.allowStatus(410);
    const desk = await anotherDesk();
    const sandbox = new Sandbox(desk.sandboxUrl);
    const staff = await signedInAt(desk);
    const [unanswered, answered] = [await staff.create(), await staff.create()];
    const visitor = await patient({}, desk);
    await visitor.start(answered.link);
    await visitor.finish();
    await visitor.expectThanks();
    await staff.expectState(answered, "Answered");

    await staff.open(unanswered);
    for (const made of [unanswered, answered]) await sandbox.status(await sandbox.key(made), status);
    await sandbox.faults({ hold_events: null });
    await expect(staff.page.getByText("Expired at Empego", { exact: true }).first(), "without a reload").toBeVisible();
    const expectStates = async () => {
      await staff.expectState(unanswered, "Expired at Empego");
      await staff.expectState(answered, "Answered");
    };
    await expectStates();
    await desk.kill();
    await desk.restart();
    await expectStates();
    expect((await visitor.page.goto(unanswered.link))?.status()).toBe(410);
    await staff.page.goto("/consultations?status=expired-at-empego");
    await expect(staff.row(unanswered)).toBeVisible();
    await expect(staff.row(answered)).toHaveCount(0);
  });
}
