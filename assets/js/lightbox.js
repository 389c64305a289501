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
