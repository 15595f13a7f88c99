import { defineConfig } from "@playwright/test";
import type { Options } from "./support/fixtures.ts";

/** Debian's Chromium: Playwright's own download is not used (see scripts/setup). */
const launchOptions = {
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
};

export default defineConfig<Options>({
  testDir: "tests",
  fullyParallel: true,
  workers: 2,
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  timeout: 120_000,
  // Every wait is for a condition: these only bound how long a busy machine may take.
  expect: { timeout: 20_000 },
  reporter: [["list"]],
  use: {
    browserName: "chromium",
    launchOptions,
    locale: "en-CA",
    timezoneId: "America/Toronto",
    viewport: { width: 1280, height: 800 },
    actionTimeout: 20_000,
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
  },
  // Each page twice: with the browser bundle, and as the plain forms that it is made of.
  projects: [
    { name: "js", testIgnore: /\.nojs\.spec\.ts$/ },
    { name: "no-js", testMatch: /\.nojs\.spec\.ts$/, use: { javaScriptEnabled: false } },
  ],
});
