// Light or dark by the reader's choice; without one the system's word holds, by CSS alone.
(function () {
  'use strict';
  var KEY = 'aslo-theme';
  var root = document.documentElement;
  var system = window.matchMedia('(prefers-color-scheme: dark)');

  // A browser may refuse to keep anything, and says so by an exception.
  function chosen() {
    try {
      return window.localStorage.getItem(KEY);
    } catch (refused) {
      return null;
    }
  }

  function keep(theme) {
    try {
      if (theme) window.localStorage.setItem(KEY, theme);
      else window.localStorage.removeItem(KEY);
    } catch (refused) { /* The choice then lasts as long as the page. */ }
  }

  function show(theme) {
    if (theme) root.setAttribute('data-bs-theme', theme);
    else root.removeAttribute('data-bs-theme');
  }

  function isDark() {
    var theme = root.getAttribute('data-bs-theme');
    return theme ? theme === 'dark' : system.matches;
  }

  function setUp(button) {
    function tell() {
      button.setAttribute('aria-pressed', String(isDark()));
    }
    button.addEventListener('click', function () {
      var wanted = isDark() ? 'light' : 'dark';
      // Who wants what the system has goes on with the system.
      var theme = (wanted === 'dark') === system.matches ? null : wanted;
      keep(theme);
      show(theme);
      tell();
    });
    if (system.addEventListener) system.addEventListener('change', tell);
    tell();
    button.hidden = false;
  }

  var theme = chosen();
  show(theme === 'light' || theme === 'dark' ? theme : null);
  Array.prototype.forEach.call(document.querySelectorAll('button[data-mode]'), setUp);
})();
