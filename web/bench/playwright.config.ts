import { existsSync } from 'node:fs'
import { defineConfig } from '@playwright/test'

// Measures the pages in a browser, on a server that "make bench BENCH=Web" has filled.

const chromium = process.env['CHROMIUM'] ?? '/usr/bin/chromium'

export default defineConfig({
  testDir: '.',
  testMatch: '*.bench.ts',
  outputDir: '../test-results/bench',
  timeout: 300_000,
  workers: 1,
  retries: 0,
  reporter: [['line']],
  use: {
    viewport: { width: 1360, height: 860 },
    locale: 'en-GB',
    launchOptions: { args: ['--no-sandbox'], ...(existsSync(chromium) ? { executablePath: chromium } : {}) },
  },
})
