/** Makes the choice of a patch dim the lines of the others. */
export function startCoverage(): void {
  for (const choice of document.querySelectorAll<HTMLSelectElement>('.patch-choice'))
    choice.addEventListener('change', () => showPatch(choice.value));
}

function showPatch(patch: string): void {
  for (const file of document.querySelectorAll<HTMLDetailsElement>('.file')) {
    const lines = [...file.querySelectorAll<HTMLElement>('[data-patch]')];
    for (const line of lines) line.classList.toggle('other', patch !== '' && line.dataset['patch'] !== patch);
    file.hidden = patch !== '' && lines.every((line) => line.dataset['patch'] !== patch);
  }
}
