import { z } from 'zod';
import { coverageRecordSchema } from '../../coverage/coverage-record.ts';
import { gateRecordSchema } from '../../gate/gate-record.ts';
import { proofRecordSchema } from '../../prove/proof-record.ts';
import { runRecordSchema } from '../../run/record/record.ts';

/** The JSON Schemas of the records, by the file that "npm run schema" writes them to. */
export function recordSchemas(): Readonly<Record<string, object>> {
  return {
    'schema/run-record.json': describe('kgate run record', runRecordSchema),
    'schema/gate-record.json': describe('kgate gate record', gateRecordSchema),
    'schema/coverage-record.json': describe('kgate coverage record', coverageRecordSchema),
    'schema/proof-record.json': describe('kgate proof record', proofRecordSchema),
  };
}

function describe(title: string, schema: z.ZodType): object {
  const described = z.toJSONSchema(schema, {
    // Fields may be added within a version, and validating a record must not break on them.
    override: ({ jsonSchema }) => {
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
    },
  });
  return { title, ...described };
}
