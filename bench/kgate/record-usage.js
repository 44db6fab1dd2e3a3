// Loaded into a command that is weighed: leaves what it used in a file.
import { writeFileSync } from 'node:fs';

process.on('exit', () => {
  writeFileSync(process.env.KGATE_BENCH_USAGE, JSON.stringify(process.resourceUsage()));
});
