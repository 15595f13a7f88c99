import { expect, type Frame, type FrameLocator, type Page } from "@playwright/test";
import { secret } from "./secrets.ts";
import { type Language, words } from "./words.ts";

/** The body of a message by which Empego's page says that the patient has answered (`docs/empego.md`, section 5.2). */
export function completion(id: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { eventType: "consultation", operation: "update", status: "TO_BE_ANALYZED", id, createdAt: 1_779_214_387_288, ...more };
}

/** What a patient does, and what the page around the questionnaire sends. */
export class Patient {
  /** Calls of `report_message` that this window has made. */
  readonly reports: string[] = [];

  constructor(
    readonly page: Page,
    private readonly sandboxUrl: string,
    private readonly language: Language = "en",
  ) {
    page.on("request", (request) => {
      const { origin, pathname } = new URL(request.url());
      if (pathname === "/api/report_message") this.reports.push(request.postData() ?? "");
      // A presigned URL is a secret from its first character after the path's beginning.
      if (origin === this.sandboxUrl && pathname.startsWith("/embed/")) secret(pathname.split("/").at(-1)!);
    });
  }

  get words() {
    return words[this.language];
  }

  /** Opens the link and waits for Start. */
  async open(link: string): Promise<void> {
    await this.page.goto(link);
    await expect(this.startButton()).toBeVisible();
  }

  startButton() {
    return this.page.getByRole("button", { name: this.words.start, exact: true });
  }

  /** Presses Start and waits for the frame. */
  async pressStart(): Promise<void> {
    await this.startButton().click();
    await expect(this.page.locator("iframe")).toBeAttached();
  }

  /** Opens the link, presses Start and waits for the questionnaire. */
  async start(link: string): Promise<void> {
    await this.open(link);
    await this.pressStart();
    await expect(this.finishButton()).toBeVisible();
  }

  /** The frame of the questionnaire, of either kind. */
  private iframe(): string {
    return `iframe[title="${this.words.frame}"], iframe[title="${this.words.followUpFrame}"]`;
  }

  /** The questionnaire. */
  frame(): FrameLocator {
    return this.page.frameLocator(this.iframe());
  }

  finishButton() {
    return this.frame().getByRole("button", { name: /^(Finish|Terminer)$/ });
  }

  /** The frame's own window, to run something in. */
  async window(): Promise<Frame> {
    const element = await this.page.locator(this.iframe()).elementHandle();
    const frame = await element?.contentFrame();
    if (!frame) throw new Error("the page has no questionnaire");
    return frame;
  }

  /** Answers every question. */
  async answer(): Promise<void> {
    await answerAll(this.frame());
  }

  /** Answers every question and finishes. */
  async finish(): Promise<void> {
    await this.answer();
    await this.finishButton().click();
  }

  /** Waits for the last page. */
  async expectThanks(): Promise<void> {
    await expect(this.page.getByRole("heading", { name: this.words.thanks })).toBeVisible();
    await expect(this.page.locator("iframe")).toHaveCount(0);
  }

  /** Posts a message from the questionnaire's own window, as Empego's page does. */
  async post(message: unknown): Promise<void> {
    await (await this.window()).evaluate((body) => parent.postMessage(body, "*"), message);
  }

  /** Moves the questionnaire's window to a page of the test's own making, on the sandbox's origin. */
  async replaceFrame(path: string, html: string, headers: Record<string, string> = {}): Promise<void> {
    await this.page.route(`${this.sandboxUrl}${path}`, (route) =>
      route.fulfill({ status: 200, headers: { "content-type": "text/html; charset=utf-8", ...headers }, body: html }),
    );
    await (await this.window()).goto(`${this.sandboxUrl}${path}`);
  }

  /**
   * Waits until every message posted before this call has been looked at: messages to one window are delivered in order,
   * so when a later one of our own has come, so have they. Two frames more let the page act on them.
   */
  async settled(): Promise<void> {
    const mark = `mark-${Math.random()}`;
    const seen = this.page.evaluate(
      (text) =>
        new Promise<void>((resolve) => {
          addEventListener("message", function once(event) {
            if (event.data !== text) return;
            removeEventListener("message", once);
            requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
          });
        }),
      mark,
    );
    // Posted from the frame, where there is one, so that it queues behind the frame's own messages.
    const frame = this.page.locator("iframe");
    if ((await frame.count()) > 0) await (await (await frame.first().elementHandle())!.contentFrame())!.evaluate((text) => top!.postMessage(text, "*"), mark);
    else await this.page.evaluate((text) => postMessage(text, "*"), mark);
    await seen;
  }

  /** Nothing has changed for the patient: the questionnaire is still there, and nobody has said that it is over. */
  async expectStillAnswering(): Promise<void> {
    await this.settled();
    await expect(this.page.locator("iframe")).toHaveCount(1);
    await expect(this.page.getByRole("heading", { name: this.words.thanks })).toHaveCount(0);
  }
}

/** Answers every question of the sandbox's questionnaire, whatever its kind. */
export async function answerAll(where: FrameLocator | Page): Promise<void> {
  await expect(where.getByRole("button", { name: /^(Finish|Terminer)$/ })).toBeVisible();
  const groups = new Set<string>();
  for (const radio of await where.locator("input[type=radio]").all()) {
    const group = (await radio.getAttribute("name")) ?? "";
    if (!groups.has(group)) await radio.check();
    groups.add(group);
  }
  for (const select of await where.locator("select").all()) await select.selectOption({ index: 1 });
  for (const text of await where.locator("textarea, input[type=text], input:not([type])").all()) await text.fill("Trois jours");
  for (const number of await where.locator("input[type=number]").all()) await number.fill("3");
}
