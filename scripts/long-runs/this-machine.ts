import { cpus, totalmem } from 'node:os';

/** The machine of a measurement, as its tables name it: "AMD EPYC, 2 processors, 24 GiB". */
export const thisMachine = (): string =>
  `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} processors, ${Math.round(totalmem() / 2 ** 30)} GiB`;
