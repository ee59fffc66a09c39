// Next Token in any page: <next-token widget="softmax"></next-token> becomes a frame that fits its content, and plain
// iframes of this site are fitted too. A classic script without dependencies; the site is where it comes from.
(() => {
  // The languages that have a folder, filled in by the build.
  const languages = [];
  const site = new URL('.', document.currentScript?.src ?? location.href);
  const attributes = ['widget', 'state', 'theme', 'lang', 'model', 'label', 'height', 'site'];
  // Until a frame has sent its own: about what its widget needs in a column of text.
  const heights = { 'chain-rule': 1300, 'context-window': 1150 };

  /** A page without an origin of its own, in a sandbox, has frames without one. */
  const opaque = self.origin === 'null';

  /** A short key for a long one. */
  const short = (text) => [...text].reduce((hash, letter) => (hash * 31 + letter.codePointAt(0)) >>> 0, 7).toString(36);

  /** Whether a colour, as the browser computes it, is dark; undefined where it is transparent. */
  const isDark = (color) => {
    const [red, green, blue, alpha = 1] = (color.match(/[\d.]+/g) ?? []).map(Number);
    return alpha < 0.5 || blue === undefined ? undefined : 0.3 * red + 0.6 * green + 0.1 * blue < 128;
  };

  /** How the page around an element looks: its colour scheme, else its background. */
  const themeAround = (element) => {
    const scheme = getComputedStyle(element).colorScheme;
    const [light, dark] = ['light', 'dark'].map((name) => scheme.includes(name));
    if (light && dark) return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
    if (light || dark) return dark ? 'dark' : 'light';
    for (let place = element; place; place = place.parentElement ?? place.getRootNode().host) {
      const dark = isDark(getComputedStyle(place).backgroundColor);
      if (dark !== undefined) return dark ? 'dark' : 'light';
    }
    return 'light';
  };

  const elements = new Set();

  class NextToken extends HTMLElement {
    static observedAttributes = attributes;

    #frame = document.createElement('iframe');
    #theme;

    constructor() {
      super();
      const frame = this.#frame;
      frame.loading = 'lazy';
      frame.allow = 'clipboard-write; fullscreen';
      Object.assign(frame.style, { display: 'block', width: '100%', border: 0 });
      this.attachShadow({ mode: 'open' }).append(frame);
    }

    connectedCallback() {
      this.style.display ||= 'block';
      elements.add(this);
      this.follow();
    }

    disconnectedCallback() {
      elements.delete(this);
    }

    attributeChangedCallback(name, before, now) {
      if (before !== now && this.isConnected) this.follow();
    }

    get frame() {
      return this.#frame;
    }

    get site() {
      try {
        return new URL((this.getAttribute('site') ?? '.').replace(/\/?$/, '/'), site);
      } catch {
        return site;
      }
    }

    /** The page around it, or an attribute, may have changed. */
    follow() {
      const asked = this.getAttribute('theme');
      const theme = ['light', 'dark'].includes(asked) ? asked : themeAround(this);
      this.#paint(theme);
      this.#show();
    }

    #paint(theme) {
      if (theme === this.#theme) return;
      this.#theme = theme;
      // Of the same scheme as the frame's page, so that its background stays transparent.
      this.#frame.style.colorScheme = theme;
      this.tell({ type: 'next-token:theme', theme });
    }

    tell(message) {
      if (this.#frame.src) this.#frame.contentWindow?.postMessage(message, opaque ? '*' : this.site.origin);
    }

    hear({ type, height, title, ...detail }) {
      if (type === 'next-token:height') fit(this.#frame, height);
      else if (type === 'next-token:ready') {
        if (!this.hasAttribute('label') && title) this.#frame.title = String(title);
        this.tell({ type: 'next-token:hello', events: true });
        this.tell({ type: 'next-token:theme', theme: this.#theme });
      } else this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true }));
    }

    #show() {
      const given = (name) => this.getAttribute(name) ?? '';
      const widget = given('widget');
      const language = (given('lang') || this.parentElement?.closest('[lang]')?.lang || '').toLowerCase().split('-')[0];
      const folder = languages.includes(language) ? `${language}/` : '';
      const address = new URL(`${folder}embed/`, this.site);
      address.searchParams.set('widget', widget);
      address.searchParams.set('theme', this.#theme);
      if (given('model')) address.searchParams.set('model', given('model'));
      // What a reload keeps belongs to this page, and not to the next one of the same course.
      address.searchParams.set('id', `${this.id}.${short(location.pathname)}`);
      address.hash = given('state').replace(/^#/, '');
      const frame = this.#frame;
      if (given('label')) frame.title = given('label');
      frame.style.height ||= `${Number(given('height')) || heights[widget] || 900}px`;
      // A frame that is there gets the theme as a message, without a reload.
      const key = address.href.replace(/theme=\w+/, '');
      if (frame.dataset.key === key) return;
      frame.title ||= `Next Token: ${widget}`;
      frame.dataset.key = key;
      frame.src = address.href;
    }
  }

  const fit = (frame, height) => {
    if (Number.isFinite(height) && height > 0) frame.style.height = `${Math.min(Math.ceil(height), 20000)}px`;
  };

  addEventListener('message', ({ source, origin, data }) => {
    if (!source || typeof data?.type !== 'string' || !data.type.startsWith('next-token:')) return;
    for (const element of elements) {
      if (element.frame.contentWindow === source) return void (origin === (opaque ? 'null' : element.site.origin) && element.hear(data));
    }
    if (data.type !== 'next-token:height') return;
    for (const frame of document.querySelectorAll('iframe')) {
      if (frame.contentWindow === source && (origin === site.origin || (origin === 'null' && isSandboxed(frame)))) fit(frame, data.height);
    }
  });

  /** Whether a frame of this site has no origin of its own. */
  const isSandboxed = ({ src, sandbox }) =>
    src.startsWith(site.href) && (opaque || (sandbox.length > 0 && !sandbox.contains('allow-same-origin')));

  const follow = () => elements.forEach((element) => element.follow());
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', follow);
  document.addEventListener('transitionend', follow);
  const changes = new MutationObserver(follow);
  const watch = () => {
    for (const place of [document.documentElement, document.body]) changes.observe(place, { attributes: true });
    // A frame that was there before this script has sent its height already.
    for (const { src, contentWindow } of document.querySelectorAll('iframe')) {
      if (src.startsWith(site.href)) contentWindow?.postMessage({ type: 'next-token:hello' }, '*');
    }
  };
  if (document.body) watch();
  else addEventListener('DOMContentLoaded', watch);

  if (!customElements.get('next-token')) customElements.define('next-token', NextToken);
})();
