// What every page does, with or without the app: menus close, and a form that is on its way cannot be sent twice.

const menus = document.querySelectorAll<HTMLDetailsElement>('details.menu');

document.addEventListener('click', (event) => {
  for (const menu of menus) {
    if (!menu.contains(event.target as Node)) menu.open = false;
  }
});

document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  for (const menu of menus) {
    if (menu.open) menu.querySelector('summary')?.focus();
    menu.open = false;
  }
});

for (const form of document.querySelectorAll<HTMLFormElement>('form[data-busy]')) {
  form.addEventListener('submit', () => {
    const button = form.querySelector('button');
    if (button === null) return;
    button.disabled = true;
    button.textContent = form.dataset['busy'] ?? '';
  });
}
