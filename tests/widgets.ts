// The list of widgets, as crates/generation/src/lesson.rs has it.

import { readFileSync } from 'node:fs';

interface About {
  name: string;
  title: string;
  height: number;
  showsRun: boolean;
  small: boolean;
}

const ABOUT: About[] = JSON.parse(readFileSync(new URL('fixtures/widgets.json', import.meta.url), 'utf8'));

/** Every widget's name, in the lesson's order. */
export const WIDGETS = ABOUT.map(({ name }) => name);

/** The widgets that the small program of frames has. */
export const SMALL = ABOUT.filter(({ small }) => small).map(({ name }) => name);
