import { startTabs } from './tabs.ts';

// What every page does, with or without the app: menus close, tabs change, and a form that is on its way cannot be sent twice.

const menus = (): NodeListOf<HTMLDetailsElement> => document.querySelectorAll('details.menu');

document.addEventListener('click', (event) => {
  const target = event.target as Element;
  for (const menu of menus()) {
    const chosen = target.closest('.menu-list button, .menu-list a') !== null;
    if (!menu.contains(target) || chosen) menu.open = false;
  }
});

document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  for (const menu of menus()) {
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

startTabs();
