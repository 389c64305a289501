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
// Suggestions below a search field, as the ARIA combobox of a list.
(function () {
  'use strict';
  var SHORTEST = 2;
  var MOST = 8;
  var PAUSE_MS = 200;

  function Suggestions(input) {
    this.input = input;
    this.list = document.createElement('ul');
    this.list.className = 'suggestions';
    this.list.id = input.id + '-suggestions';
    this.list.hidden = true;
    this.list.setAttribute('role', 'listbox');
    this.list.setAttribute('aria-label', input.labels[0].textContent);
    this.options = [];
    this.active = -1;
    this.timer = null;
    this.asked = null;
    input.parentNode.appendChild(this.list);
    input.setAttribute('role', 'combobox');
    input.setAttribute('aria-autocomplete', 'list');
    input.setAttribute('aria-controls', this.list.id);
    this.close();
    input.addEventListener('input', this.wait.bind(this));
    input.addEventListener('keydown', this.key.bind(this));
    input.addEventListener('blur', this.close.bind(this));
    // A press on the list must not take the focus away before it is a click.
    this.list.addEventListener('mousedown', function (event) { event.preventDefault(); });
  }

  Suggestions.prototype.wait = function () {
    var self = this;
    var text = this.input.value.trim();
    this.forget();
    if (text.length < SHORTEST) this.close();
    else this.timer = setTimeout(function () { self.ask(text); }, PAUSE_MS);
  };

  Suggestions.prototype.forget = function () {
    clearTimeout(this.timer);
    if (this.asked) this.asked.abort();
    this.asked = null;
  };

  Suggestions.prototype.ask = function (text) {
    var self = this;
    var asked = new AbortController();
    this.asked = asked;
    fetch(this.input.getAttribute('data-suggest') + '?q=' + encodeURIComponent(text), { signal: asked.signal })
      .then(function (answer) { return answer.json(); })
      .then(function (found) { if (self.asked === asked) self.show(found.slice(0, MOST)); })
      // Without an answer the form still searches.
      .catch(function () { if (self.asked === asked) self.close(); });
  };

  Suggestions.prototype.show = function (found) {
    this.list.textContent = '';
    this.options = found.map(this.option, this);
    this.active = -1;
    this.input.removeAttribute('aria-activedescendant');
    this.list.hidden = found.length === 0;
    this.input.setAttribute('aria-expanded', String(found.length > 0));
  };

  Suggestions.prototype.option = function (each, index) {
    var option = document.createElement('li');
    option.className = 'suggestion';
    option.id = this.list.id + '-' + index;
    option.setAttribute('role', 'option');
    option.setAttribute('aria-selected', 'false');
    if (each.icon) {
      var icon = document.createElement('img');
      icon.src = each.icon;
      icon.alt = '';
      icon.width = icon.height = 32;
      option.appendChild(icon);
    }
    var name = document.createElement('bdi');
    name.textContent = each.name;
    if (each.lang) name.lang = each.lang;
    option.appendChild(name);
    option.addEventListener('click', function () { window.location.assign(each.url); });
    this.list.appendChild(option);
    return option;
  };

  Suggestions.prototype.close = function () {
    this.forget();
    this.show([]);
  };

  Suggestions.prototype.move = function (to) {
    if (this.active >= 0) this.options[this.active].setAttribute('aria-selected', 'false');
    // One place between last and first is the field itself.
    var places = this.options.length + 1;
    this.active = ((to + 1 + places) % places) - 1;
    if (this.active < 0) {
      this.input.removeAttribute('aria-activedescendant');
      return;
    }
    var option = this.options[this.active];
    option.setAttribute('aria-selected', 'true');
    this.input.setAttribute('aria-activedescendant', option.id);
    option.scrollIntoView({ block: 'nearest' });
  };

  Suggestions.prototype.key = function (event) {
    // While characters are composed, the keys belong to the input method.
    if (event.isComposing) return;
    if (event.key === 'Escape' && !this.list.hidden) this.close();
    else if (event.key === 'ArrowDown' && this.options.length) this.move(this.active + 1);
    else if (event.key === 'ArrowUp' && this.options.length) this.move(this.active - 1);
    else if (event.key === 'Enter' && this.active >= 0) this.options[this.active].click();
    else return;
    event.preventDefault();
  };

  if (!window.fetch || !window.AbortController) return;
  Array.prototype.forEach.call(document.querySelectorAll('input[data-suggest]'), function (input) {
    return new Suggestions(input);
  });
})();
// Pictures large, one after the other; in a browser without dialogs each stays a link.
(function () {
  'use strict';
  var dialog = document.querySelector('dialog[data-lightbox-dialog]');
  if (!dialog || !dialog.showModal) return;
  var links = Array.prototype.slice.call(document.querySelectorAll('a[data-lightbox]'));
  var stage = dialog.querySelector('.lightbox-stage');
  var caption = dialog.querySelector('.lightbox-caption');
  var steps = dialog.querySelectorAll('button[data-step]');
  var shown = 0;

  function show(index) {
    shown = (index + links.length) % links.length;
    var link = links[shown];
    var small = link.querySelector('img');
    var words = small.alt;
    var picture = document.createElement('img');
    picture.src = link.href;
    picture.alt = words;
    picture.lang = small.lang;
    var said = document.createElement('bdi');
    said.textContent = words;
    said.lang = small.lang;
    stage.textContent = '';
    stage.appendChild(picture);
    caption.textContent = ' (' + (shown + 1) + '/' + links.length + ')';
    caption.insertBefore(said, caption.firstChild);
  }

  function open(event) {
    // A click with a key held asks for a new window or a download.
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    show(links.indexOf(event.currentTarget));
    dialog.showModal();
  }

  function key(event) {
    var forth = document.documentElement.dir === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    event.preventDefault();
    show(shown + (event.key === forth ? 1 : -1));
  }

  function press(event) {
    var button = event.target.closest('button');
    if (event.target === dialog || (button && button.hasAttribute('data-close'))) dialog.close();
    else if (button) show(shown + Number(button.getAttribute('data-step')));
  }

  dialog.hidden = false;
  dialog.addEventListener('keydown', key);
  dialog.addEventListener('click', press);
  dialog.addEventListener('close', function () { links[shown].focus(); });
  Array.prototype.forEach.call(steps, function (button) { button.hidden = links.length < 2; });
  links.forEach(function (link) { link.addEventListener('click', open); });
})();
// Buttons that copy the text of an element.
(function () {
  'use strict';
  var TOLD_MS = 2000;

  // A school's own server has no TLS, and browsers give the clipboard's API only over TLS.
  function byHand(element) {
    var range = document.createRange();
    range.selectNodeContents(element);
    var selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    var copied = document.execCommand('copy');
    selection.removeAllRanges();
    return copied ? Promise.resolve() : Promise.reject(new Error('the browser copies nothing'));
  }

  function copy(element) {
    if (!navigator.clipboard) return byHand(element);
    return navigator.clipboard.writeText(element.textContent).catch(function () { return byHand(element); });
  }

  function setUp(button) {
    var element = document.querySelector(button.getAttribute('data-copy'));
    var label = button.querySelector('span');
    var words = label.textContent;
    var timer = null;
    // The name of a button is fixed, and what changes in it is told to nobody who listens.
    var told = document.createElement('span');
    told.className = 'visually-hidden';
    told.setAttribute('role', 'status');
    button.insertAdjacentElement('afterend', told);
    button.addEventListener('click', function () {
      copy(element).then(function () {
        label.textContent = told.textContent = button.getAttribute('data-done');
        clearTimeout(timer);
        timer = setTimeout(function () { label.textContent = words; told.textContent = ''; }, TOLD_MS);
      }, function () { window.getSelection().selectAllChildren(element); });
    });
    button.hidden = false;
  }

  Array.prototype.forEach.call(document.querySelectorAll('button[data-copy]'), setUp);
})();
