import test from 'ava';
import { extraWarningFlags } from './extra-warnings.ts';

const MAKEFILE = `KBUILD_CFLAGS += -Wall
ifneq ($(findstring 1, $(KBUILD_EXTRA_WARN)),)

KBUILD_CFLAGS += -Wmissing-format-attribute
KBUILD_CFLAGS += $(call cc-option, -Wunused-const-variable)
KBUILD_CPPFLAGS += -DKBUILD_EXTRA_WARN1

else

# Suppress them by using -Wno... except for W=1.
KBUILD_CFLAGS += $(call cc-disable-warning, unused-but-set-variable)
ifdef CONFIG_CC_IS_GCC
KBUILD_CFLAGS += $(call cc-disable-warning, format-truncation)
endif
KBUILD_CFLAGS += -Wno-override-init # alias
ifdef CONFIG_CC_IS_CLANG
ifneq ($(call clang-min-version, 160000),y)
KBUILD_CFLAGS += -Wno-format
endif
KBUILD_CFLAGS += -Wno-enum-compare-conditional
endif

endif

ifneq ($(findstring 2, $(KBUILD_EXTRA_WARN)),)
KBUILD_CFLAGS += -Wshadow
endif
`;

test('W=1 adds its own flags and reverts those that are off without it', (t) => {
  t.deepEqual(extraWarningFlags(MAKEFILE), [
    '-Wmissing-format-attribute',
    '-Wunused-const-variable',
    '-DKBUILD_EXTRA_WARN1',
    '-Wunused-but-set-variable',
    '-Wformat-truncation',
    '-Woverride-init',
  ]);
});

test('a tree without W=1 has no flags for it', (t) => {
  t.deepEqual(extraWarningFlags('KBUILD_CFLAGS += -Wall\n'), []);
});
