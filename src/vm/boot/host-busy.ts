import { InfraError } from '../../errors.ts';

/** The host kept a guest from running: that says nothing about the kernel. */
export function hostBusyError(message: string): InfraError {
  return new InfraError(message, {
    code: 'VM_HOST_BUSY',
    hint: 'Boot fewer guests at once with --jobs 1, or end what else keeps the processors busy.',
  });
}
