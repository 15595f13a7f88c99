import { randomBytes } from "node:crypto";
import { expect, type Locator, type Page } from "@playwright/test";
import { secret } from "./secrets.ts";
import { type Language, words } from "./words.ts";

/** A consultation that a test has made. */
export interface Made {
  /** The desk's id, from the address of its page. */
  id: string;
  /** The patient's link. */
  link: string;
  /** The patient's family name: unlike any other in this run. */
  lastName: string;
}

/** A family name that no other test uses. */
export function freshName(): string {
  const letters = [...randomBytes(8)].map((byte) => String.fromCharCode(97 + (byte % 26))).join("");
  return `T${letters}`;
}

/** The day at the clinic in so many days, as a date field takes it. */
export function clinicDay(days: number): string {
  const today = new Intl.DateTimeFormat("en-CA", { timeZone: "America/Toronto" }).format(new Date());
  const day = new Date(`${today}T12:00:00Z`);
  day.setUTCDate(day.getUTCDate() + days);
  return day.toISOString().slice(0, 10);
}

/** What staff do in a window of theirs. */
export class Staff {
  constructor(
    readonly page: Page,
    private readonly language: Language = "en",
  ) {}

  private get words() {
    return words[this.language];
  }

  field(name: "firstName" | "lastName" | "dateOfBirth" | "identifier" | "identifierType"): Locator {
    // "Last name" is "Nom" in French, which "Prénom" ends with: names are matched whole, but for a mark such as
    // "(optional)" after them.
    return this.page.getByLabel(new RegExp(`^${this.words[name]}(\\s*[(*:].*)?$`));
  }

  /** Signs in on the page that asks for it. */
  async signIn(email: string, password: string): Promise<void> {
    await this.page.goto("/sign-in");
    await this.page.getByLabel(this.words.email, { exact: true }).fill(email);
    await this.page.getByLabel(this.words.password, { exact: true }).fill(password);
    await this.page.getByRole("button", { name: this.words.signIn, exact: true }).click();
    await this.page.waitForURL(/\/consultations$/);
  }

  /** Creates a consultation in the form and stays on its page. */
  async create(firstName = "Ada"): Promise<Made> {
    const lastName = freshName();
    await this.page.goto("/consultations/new");
    await this.fill(firstName, lastName);
    await this.submit().click();
    return this.made(lastName);
  }

  /** Fills in the new-consultation form: all that it requires. */
  async fill(firstName: string, lastName: string): Promise<void> {
    await this.field("firstName").fill(firstName);
    await this.field("lastName").fill(lastName);
    await this.field("identifier").fill(lastName.toUpperCase());
  }

  /** Plans a follow-up for a patient of its own, in so many days, and stays on its page. */
  async plan(days: number, reason: string): Promise<Made> {
    const lastName = freshName();
    await this.page.goto("/follow-ups/new");
    await this.fill("Ada", lastName);
    await this.fillPlan(days, reason);
    return this.made(lastName);
  }

  /** Fills in when and why, and presses the button. */
  async fillPlan(days: number, reason: string): Promise<void> {
    await this.page.locator("#due_on").fill(clinicDay(days));
    await this.page.locator("#follow_up_reason").fill(reason);
    await this.page.locator("form[action='/api/plan_follow_up'] button.primary").click();
  }

  submit(): Locator {
    return this.page.getByRole("button", { name: this.words.create, exact: true });
  }

  /** Waits for the page of a consultation that was just created, and reads it. */
  async made(lastName: string): Promise<Made> {
    await this.page.waitForURL(/\/consultations\/[0-9a-f-]{36}$/);
    const link = await this.link();
    secret(lastName, lastName.toUpperCase(), new URL(link).pathname.split("/")[2]!);
    return { id: new URL(this.page.url()).pathname.split("/")[2]!, link, lastName };
  }

  /** The patient's link, as the consultation's page shows it. */
  async link(): Promise<string> {
    const pattern = /https?:\/\/[^\s"'<>]+\/c\/[0-9A-Za-z]{20,}/;
    await expect.poll(async () => pattern.test(await this.page.content()), { message: "the page shows the link" }).toBe(true);
    return pattern.exec(await this.page.content())![0];
  }

  /** Opens a consultation's page anew, so that what it says comes from the database. */
  async open(made: Made): Promise<void> {
    await this.page.goto(`/consultations/${made.id}`);
  }

  /** Takes back the link of the open consultation, and says yes if asked. */
  async revoke(): Promise<void> {
    await this.press(this.words.revoke, this.words.revoked);
  }

  /** Issues a new link for the open consultation, and says yes if asked. */
  async reissue(): Promise<void> {
    await this.press(this.words.reissue, this.words.ready);
  }

  /** Presses a button, and the one of the same name in a dialog that may come, until the page tells the state. */
  private async press(name: string, state: string): Promise<void> {
    await this.page.getByRole("button", { name, exact: true }).first().click();
    const told = this.page.getByText(state, { exact: true }).first();
    const sure = this.page.getByRole("dialog").getByRole("button", { name, exact: true });
    await expect(told.or(sure).first()).toBeVisible();
    if (await sure.isVisible()) await sure.click();
    await expect(told).toBeVisible();
  }

  /** A consultation's row on the board. */
  row(made: Pick<Made, "lastName">): Locator {
    return this.page.getByRole("row").filter({ hasText: made.lastName });
  }

  /** Waits until the board, opened anew as often as needed, tells this state. */
  async expectState(made: Made, state: string): Promise<void> {
    await expect(async () => {
      await this.page.goto("/consultations");
      await expect(this.row(made).getByText(state, { exact: true }).first()).toBeVisible({ timeout: 500 });
    }).toPass({ timeout: 20_000, intervals: [100, 250, 500] });
  }

  /** The rows of the open consultation's timeline that say this. */
  timeline(text: string | RegExp): Locator {
    return this.page.locator("ol li, [role=list] [role=listitem]").filter({ hasText: text });
  }
}
