import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

// The server sends files as they are: their compressed forms are made here, once.
function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    writeBundle(options) {
      const dir = join(options.dir ?? 'dist', 'assets')
      for (const name of readdirSync(dir)) {
        if (!/\.(js|css|svg)$/.test(name)) continue
        const data = readFileSync(join(dir, name))
        if (data.length < 1024) continue
        writeFileSync(join(dir, `${name}.gz`), gzipSync(data, { level: 9 }))
        writeFileSync(
          join(dir, `${name}.br`),
          brotliCompressSync(data, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: data.length } }),
        )
      }
    },
  }
}

// In development the API is a running server's: GENNAKER=http://127.0.0.1:8084 npm run dev
const server = process.env['GENNAKER'] ?? 'http://127.0.0.1:8084'

export default defineConfig(({ command }) => ({
  // Relative, so that one build works under any path; the server sets <base>.
  base: command === 'build' ? './' : '/ui/',
  plugins: [react(), compressed()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: { target: 'es2022', assetsInlineLimit: 0, chunkSizeWarningLimit: 900 },
  server: { proxy: { '^/(?!ui/)': { target: server, changeOrigin: true } } },
  // A test that hangs is ended; how long one takes is up to the machine.
  test: { include: ['src/**/*.test.{ts,tsx}', 'eslint/*.test.js'], testTimeout: 60_000 },
}))
