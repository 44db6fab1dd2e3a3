import { z } from 'zod';
import { specFile } from './spec-file.ts';

/** The JSON Schema of spec files, for editors; `npm run schema` writes it to specs/schema.json. */
export function specJsonSchema(): object {
  return {
    title: 'kgate spec',
    ...z.toJSONSchema(specFile, { io: 'input', reused: 'ref' }),
  };
}
