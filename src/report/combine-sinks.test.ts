import test from 'ava';
import type { KgateEvent } from '../events.ts';
import { combineSinks } from './combine-sinks.ts';

test('a reporter that throws is told once and does not keep the others from hearing', (t) => {
  const heard: string[] = [];
  const broken: unknown[] = [];
  const sink = combineSinks(
    [
      () => {
        throw new Error('no disk');
      },
      (event: KgateEvent) => heard.push(event.type),
    ],
    (error) => broken.push(error),
  );
  sink({ type: 'noticed', message: 'a' });
  sink({ type: 'noticed', message: 'b' });
  t.deepEqual(heard, ['noticed', 'noticed']);
  t.is(broken.length, 1);
});
