// The steps of the walk: each does something in Deck as a person does, checks
// what Deck then shows and what the server then has, and fails also where a
// request failed or Deck complained behind the scenes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { patience } from './browsing.mjs';

export function walker(environment) {
  return (name, fn) =>
    test(name, { timeout: 90_000 * patience }, async () => {
      const { browsing } = environment();
      await browsing.begin(name);
      let failure;
      try {
        await fn(environment());
        await browsing.settled();
      } catch (error) {
        failure = error;
      }
      await browsing.shot(name);
      const faults = browsing.faults(name);
      if (failure && faults.length) failure.message += '\nbehind it: ' + JSON.stringify(faults, null, 1);
      if (failure) throw failure;
      assert.deepEqual(faults, [], 'requests that failed, and errors in the browser');
    });
}
