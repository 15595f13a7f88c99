import { type BrowserContext, type BrowserContextOptions, expect, test as base } from "@playwright/test";
import { admin, Desk, type DeskSettings } from "./desk.ts";
import { Guard } from "./guard.ts";
import { Patient } from "./patient.ts";
import { Sandbox } from "./sandbox.ts";
import { leaked, secret } from "./secrets.ts";
import { Staff } from "./staff.ts";
import { type Language, words } from "./words.ts";

export { expect };

/** Settings of a project. */
export interface Options {}

type State = Exclude<BrowserContextOptions["storageState"], string | undefined>;

/** A browser that has never been here. */
export const nobody: State = { cookies: [], origins: [] };

/** How a window looks. */
export interface Look {
  language?: Language;
  width?: number;
  height?: number;
  dark?: boolean;
}

interface PerWorker {
  /** The desk that all tests of a worker share: each makes its own consultation. */
  desk: Desk;
  /** A signed-in staff member's cookies. */
  signedIn: State;
}

interface PerTest {
  sandbox: Sandbox;
  guard: Guard;
  deskLog: void;
  /** Staff in the test's first window, signed in. */
  staff: Staff;
  /** Opens a window; every window of a test is its own browser profile. */
  open: (state: State, look?: Look, url?: string) => Promise<BrowserContext>;
  /** Opens a patient's window: a phone, without any cookie. */
  patient: (look?: Look, from?: Desk) => Promise<Patient>;
  /** Starts another desk for this test alone. */
  anotherDesk: (settings?: DeskSettings) => Promise<Desk>;
  /** Signs staff in at another desk. */
  signedInAt: (desk: Desk) => Promise<Staff>;
}

export const test = base.extend<PerTest & Options, PerWorker>({
  desk: [
    // Playwright reads a fixture's needs from its first parameter, so it has to be a pattern.
    async ({}, use) => {
      const desk = await Desk.start();
      secret(admin.password);
      await use(desk);
      await desk.stop();
      // The log of everything that this worker's tests did.
      expect(leaked(desk.log), "the log holds no name, token, presigned URL or password").toEqual([]);
    },
    { scope: "worker", timeout: 60_000 },
  ],
  signedIn: [
    async ({ desk, browser }, use) => {
      const context = await browser.newContext({ baseURL: desk.url, locale: words.en.locale });
      const guard = new Guard([desk.url, desk.sandboxUrl]);
      guard.watch(context);
      await new Staff(await context.newPage()).signIn(admin.email, admin.password);
      const state = await context.storageState();
      secret(...state.cookies.filter((cookie) => cookie.name.includes("session")).map((cookie) => cookie.value));
      await context.close();
      guard.check();
      await use(state);
    },
    { scope: "worker", timeout: 60_000 },
  ],

  baseURL: async ({ desk }, use) => use(desk.url),
  storageState: async ({ signedIn }, use) => use(signedIn),

  sandbox: [
    async ({ desk }, use) => {
      const sandbox = new Sandbox(desk.sandboxUrl);
      await sandbox.reset();
      await use(sandbox);
    },
    { auto: true },
  ],
  guard: [
    async ({ desk, browser }, use, info) => {
      const guard = new Guard([desk.url, desk.sandboxUrl]);
      // Every window, also one that a test opens by itself.
      const watch = (context: BrowserContext) => guard.watch(context);
      browser.on("context", watch);
      await use(guard);
      browser.off("context", watch);
      // A test that has failed already has said why.
      if (info.status === info.expectedStatus) guard.check();
    },
    { auto: true },
  ],
  deskLog: [
    async ({ desk }, use, info) => {
      const before = desk.log.length;
      await use();
      if (info.status !== info.expectedStatus) await info.attach("desk.log", { body: desk.log.slice(before), contentType: "text/plain" });
    },
    { auto: true },
  ],

  context: async ({ context, guard }, use) => {
    guard.watch(context);
    await use(context);
  },
  staff: async ({ page }, use) => use(new Staff(page)),

  open: async ({ browser, guard, desk, javaScriptEnabled }, use) => {
    const opened: BrowserContext[] = [];
    await use(async (state, look = {}, url = desk.url) => {
      const context = await browser.newContext({
        baseURL: url,
        storageState: state,
        javaScriptEnabled,
        locale: words[look.language ?? "en"].locale,
        viewport: { width: look.width ?? 1280, height: look.height ?? 800 },
        colorScheme: look.dark ? "dark" : "light",
      });
      guard.watch(context);
      opened.push(context);
      return context;
    });
    for (const context of opened) await context.close();
  },
  patient: async ({ open, desk }, use) => {
    await use(async (look = {}, from = desk) => {
      const context = await open(nobody, { width: 360, height: 740, ...look }, from.url);
      return new Patient(await context.newPage(), from.sandboxUrl, look.language ?? "en");
    });
  },
  signedInAt: async ({ open }, use) => {
    await use(async (desk) => {
      const staff = new Staff(await (await open(nobody, {}, desk.url)).newPage());
      await staff.signIn(admin.email, admin.password);
      return staff;
    });
  },
  anotherDesk: async ({ guard }, use, info) => {
    const started: Desk[] = [];
    await use(async (settings) => {
      const desk = await Desk.start(settings);
      guard.allowOrigin(desk.url);
      guard.allowOrigin(desk.sandboxUrl);
      started.push(desk);
      return desk;
    });
    for (const desk of started) {
      if (info.status !== info.expectedStatus) await info.attach("another-desk.log", { body: desk.log, contentType: "text/plain" });
      await desk.stop();
    }
  },
});
