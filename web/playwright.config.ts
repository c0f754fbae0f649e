import { existsSync } from 'node:fs'
import { defineConfig } from '@playwright/test'

// The pages are tried in a real browser on a real server with a real cluster. An
// installed Chromium is taken where there is one.
const chromium = process.env['CHROMIUM'] ?? '/usr/bin/chromium'

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  globalSetup: './e2e/setup.ts',
  // When to give up. Nothing waits for so long on a quiet machine; a busy one takes its time.
  timeout: 180_000,
  expect: { timeout: 60_000 },
  workers: 2,
  retries: process.env['CI'] ? 2 : 0,
  fullyParallel: false,
  forbidOnly: !!process.env['CI'],
  reporter: [['list']],
  use: {
    viewport: { width: 1360, height: 860 },
    locale: 'en-GB',
    // A dialog that fades in is faint for a while: nothing is judged halfway.
    contextOptions: { reducedMotion: 'reduce' },
    trace: 'retain-on-failure',
    launchOptions: { args: ['--no-sandbox'], ...(existsSync(chromium) ? { executablePath: chromium } : {}) },
  },
})
