// What an address asks for before anything is painted: one widget alone, another language's page, a theme. Without this
// script a page is the one that its path names.
{
  const { search, hash } = location;
  const asked = new URLSearchParams(search);
  const root = document.documentElement;
  const language = (asked.get('lang') ?? '').toLowerCase().split('-')[0];
  const other = [...document.querySelectorAll('link[rel=alternate]')].find(({ hreflang }) => hreflang === language);
  const inFrame = root.hasAttribute('data-embed');
  if (asked.has('widget') && (!inFrame || (other && language !== root.lang))) {
    const page = inFrame ? other : new URL('embed/', other?.href ?? location.href);
    location.replace(page.href + search + hash);
  } else if (inFrame && ['light', 'dark'].includes(asked.get('theme'))) {
    root.dataset.theme = asked.get('theme');
  }
}
