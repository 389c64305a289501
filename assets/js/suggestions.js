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
