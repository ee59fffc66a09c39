// Applies an address's query before anything is painted: one widget alone, another language's page, a theme. Without this
// script a page is the one that its path names.
{
  const { search, hash } = location;
  const asked = new URLSearchParams(search);
  const root = document.documentElement;
  const site = document.currentScript.src;
  const language = (asked.get('lang') ?? '').toLowerCase().split('-')[0];
  const other = [...document.querySelectorAll('link[rel=alternate]')].find(({ hreflang }) => hreflang === language);
  const inFrame = root.hasAttribute('data-embed');
  if (asked.has('widget') && (!inFrame || (other && language !== root.lang))) {
    const page = inFrame ? other : new URL('embed/', other?.href ?? location.href);
    location.replace(page.href + search + hash);
  } else if (inFrame) {
    if (['light', 'dark'].includes(asked.get('theme'))) root.dataset.theme = asked.get('theme');
    // A frame whose program cannot be fetched, or fails before it shows anything, shows a picture of its widget.
    const events = ['error', 'unhandledrejection'];
    const failed = ({ target }) => {
      const started = document.getElementById('frame')?.hasChildNodes();
      if (started || (target !== window && target.type !== 'module')) return;
      for (const event of events) removeEventListener(event, failed, true);
      const still = document.createElement('script');
      still.src = new URL('stills/still.js', site);
      document.head.append(still);
    };
    for (const event of events) addEventListener(event, failed, true);
  }
}
