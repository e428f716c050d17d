// The colour theme: the system's, unless the visitor chose one. The choice is remembered on this machine.
(() => {
  const key = 'theme';
  const root = document.documentElement;

  const read = () => {
    try {
      return localStorage.getItem(key) ?? 'system';
    } catch {
      return 'system'; // Storage may be forbidden; the page works without.
    }
  };

  const apply = () => {
    const choice = read();
    if (choice === 'system') {
      root.removeAttribute('data-theme');
    } else {
      root.dataset.theme = choice;
    }

    for (const button of document.querySelectorAll('[data-theme-choice]')) {
      button.setAttribute('aria-pressed', String(button.dataset.themeChoice === choice));
    }
  };

  document.addEventListener('click', event => {
    const button = event.target.closest?.('[data-theme-choice]');
    if (!button) {
      return;
    }

    try {
      localStorage.setItem(key, button.dataset.themeChoice);
    } catch {
      root.dataset.theme = button.dataset.themeChoice;
    }

    apply();
  });

  addEventListener('storage', apply); // chosen in another tab
  document.addEventListener('DOMContentLoaded', apply);
  window.applyTheme = apply;
  apply();
})();
