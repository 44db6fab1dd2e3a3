/* SPDX-License-Identifier: MIT */
/*
 * File systems that a case needs and that are not mounted at boot.
 */
#ifndef KGATE_FILES_H
#define KGATE_FILES_H

/* Mount debugfs at its usual place; does nothing on a kernel without it. */
void mount_debugfs(void);

/* Mount a file system at a new folder below /tmp, and answer its path. */
const char *mount_somewhere(const char *type, const char *options);

#endif
