// Programs that the walk starts, and ends when it is over.
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';

// start runs a program until stop is called. Its output goes to logFile; ready
// is given each line, and the program counts as started when it answers with
// something.
export async function start(program, args, { logFile, ready, timeout = 120_000, env = {} }) {
  const log = createWriteStream(logFile);
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)));
  const found = new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${program} did not start in ${timeout} ms; see ${logFile}`)), timeout);
    const settle = (fn, value) => (clearTimeout(timer), fn(value));
    child.once('error', (error) => settle(reject, error));
    ended.then((code) => settle(reject, new Error(`${program} ended with ${code}; see ${logFile}`)));
    for (const stream of [child.stdout, child.stderr]) {
      let rest = '';
      stream.setEncoding('utf8').on('data', (text) => {
        log.write(text);
        const lines = (rest + text).split('\n');
        rest = lines.pop();
        for (const line of lines) {
          const value = ready(line);
          if (value !== undefined && value !== null) settle(resolve, value);
        }
      });
    }
  });
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await ended;
    log.end();
  };
  try {
    return { value: await found, stop };
  } catch (error) {
    child.kill('SIGTERM');
    throw error;
  }
}
