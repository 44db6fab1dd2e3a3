import test from 'ava';
import { readFailures } from './compiler-reasons.ts';

test('each target that failed has the first thing that its compiler said was wrong', (t) => {
  const lines = `x86_64-linux-gnu-gcc -Wall x.c -o /tmp/a/b/mm/x
/tmp/a/b/mm/x.c:12:3: warning: unused variable 'i'
x86_64-linux-gnu-gcc -Wall ksm_tests.c -lnuma -o /tmp/a/b/mm/ksm_tests
ksm_tests.c:9:10: fatal error: numa.h: No such file or directory
    9 | #include <numa.h>
compilation terminated.
make: *** [../lib.mk:222: /tmp/a/b/mm/ksm_tests] Error 1
/usr/lib/gcc/x86_64-linux-gnu/12/../../../../x86_64-linux-gnu/bin/ld: cannot find -lcap: No such file or directory
collect2: error: ld returned 1 exit status
make: *** [../lib.mk:222: /tmp/a/b/mm/memfd_secret] Error 1
make: *** No rule to make target 'missing.h', needed by '/tmp/a/b/mm/late'.
make: Target 'all' not remade because of errors.`.split('\n');
  t.deepEqual(
    [...readFailures(lines)],
    [
      ['/tmp/a/b/mm/ksm_tests', 'ksm_tests.c:9:10: fatal error: numa.h: No such file or directory'],
      ['/tmp/a/b/mm/memfd_secret', 'ld: cannot find -lcap: No such file or directory'],
      ['/tmp/a/b/mm/late', "No rule to make target 'missing.h'"],
    ],
  );
});
