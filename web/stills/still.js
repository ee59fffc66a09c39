// Fills a frame whose program does not start: the lesson's words on the widget, a picture of it, and its address. In a sandbox
// without an origin that happens where the site does not send Access-Control-Allow-Origin (docs/embedding.md). A classic script,
// fetched by address.js: such scripts need no permission.
(() => {
  const folder = new URL('.', document.currentScript.src);
  const root = document.documentElement;

  const show = () => {
    const place = document.getElementById('frame');
    // The program may have started after all.
    if (!place || place.hasChildNodes()) return;
    const asked = new URLSearchParams(location.search).get('widget') ?? '';
    const still = document.getElementById('still').content.cloneNode(true);
    const sections = [...still.querySelectorAll('[data-still]')];
    const section = sections.find((section) => section.dataset.still === asked) ?? sections.at(-1);
    for (const other of sections) if (other !== section) other.remove();
    const { still: widget, alt } = section.dataset;

    const figure = still.querySelector('figure');
    const picture = still.querySelector('img');
    if (widget) picture.alt = alt;
    else figure.remove();
    if (widget) document.title = `${section.querySelector('h1').textContent} · Next Token`;
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const paint = () => {
      const theme = root.dataset.theme ?? (dark.matches ? 'dark' : 'light');
      if (widget) picture.src = new URL(`${widget}-${root.lang}-${theme}.webp`, folder);
    };
    paint();
    dark.addEventListener('change', paint);

    // The frame's own address: in a tab it is the same widget, with the same state.
    const link = still.querySelector('a.button');
    link.href = location.href;
    still.querySelector('.still-address').textContent = link.href;

    const whole = still.querySelector('.embed');
    place.append(still);
    followHost(whole, widget, paint);
  };

  /** Sends the height to the page around the frame, as the program does, and takes its theme. */
  const followHost = (whole, widget, paint) => {
    if (parent === window) return;
    const postHeight = () => {
      const height = Math.ceil(whole.getBoundingClientRect().height);
      parent.postMessage({ type: 'next-token:height', widget, height }, '*');
      parent.postMessage({ subject: 'lti.frameResize', height }, '*');
    };
    new ResizeObserver(postHeight).observe(whole);
    addEventListener('message', ({ source, data }) => {
      if (source !== parent) return;
      if (data?.type === 'next-token:hello') postHeight();
      if (data?.type === 'next-token:theme' && ['light', 'dark'].includes(data.theme)) {
        root.dataset.theme = data.theme;
        paint();
      }
    });
    parent.postMessage({ type: 'next-token:ready', version: 1, title: document.title }, '*');
  };

  if (document.readyState === 'loading') addEventListener('DOMContentLoaded', show);
  else show();
})();
