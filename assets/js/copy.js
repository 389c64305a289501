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
