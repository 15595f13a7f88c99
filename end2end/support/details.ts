import { expect, type Frame, type FrameLocator, type Page } from "@playwright/test";
import { secret } from "./secrets.ts";
import type { Made } from "./staff.ts";

/** What a clinician does with the details of a consultation. */
export class Details {
  constructor(
    readonly page: Page,
    sandboxUrl: string,
  ) {
    page.context().on("request", (request) => {
      const { origin, pathname } = new URL(request.url());
      // A presigned URL is a secret from its first character after the path's beginning.
      if (origin === sandboxUrl && pathname.startsWith("/embed/")) secret(pathname.split("/")[3] ?? "");
    });
    page.on("request", (request) => {
      if (new URL(request.url()).pathname !== "/api/take_export") return;
      // So is the name of an exported file.
      const file = /files\/([0-9A-Za-z]+)/.exec(decodeURIComponent(request.postData() ?? ""));
      if (file) secret(file[1]!);
    });
  }

  /** Opens the page of the details, and waits for them. */
  async open(made: Pick<Made, "id">): Promise<void> {
    await this.page.goto(`/consultations/${made.id}/details`);
    await expect(this.exportButton()).toBeVisible();
  }

  frame(): FrameLocator {
    return this.page.frameLocator("iframe[title='Consultation details'], iframe[title='Détails de la consultation']");
  }

  exportButton() {
    return this.frame().getByRole("button", { name: /^(Export|Exporter)$/ });
  }

  /** Exports, and waits for the heading of what came. */
  async export(heading: string | RegExp): Promise<void> {
    await this.exportButton().click();
    await expect(this.page.getByRole("heading", { name: heading }).first()).toBeVisible();
  }

  /** The frame's own window, to run something in. */
  async window(): Promise<Frame> {
    const frame = await (await this.page.locator("iframe").elementHandle())?.contentFrame();
    if (!frame) throw new Error("the page has no details");
    return frame;
  }
}
