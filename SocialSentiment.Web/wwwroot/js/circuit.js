// Starts Blazor and brings the page back by itself: it reconnects for as long as it takes, and loads itself again when
// the server that knew it is gone.
(() => {
  const retryInterval = attempt => Math.min(250 * 2 ** Math.min(attempt, 5), 5000);

  document.getElementById('components-reconnect-modal').addEventListener('components-reconnect-state-changed', event => {
    if (event.detail.state === 'rejected') {
      location.reload();
    }
  });

  Blazor.start({
    circuit: {
      reconnectionOptions: {
        maxRetries: Number.MAX_SAFE_INTEGER,
        retryIntervalMilliseconds: retryInterval,
      },
    },
  }).then(() => {
    // Moving to another page replaces the document's attributes, and with them the theme.
    Blazor.addEventListener('enhancedload', window.applyTheme);
  });
})();
