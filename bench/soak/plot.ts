/** A picture of several series over the same minutes, as SVG text: a panel for each, all from zero. */

export interface Panel {
  readonly title: string;
  readonly unit: string;
  readonly lines: readonly { readonly name: string; readonly values: readonly number[] }[];
}

const WIDTH = 860;
const PANEL_HEIGHT = 150;
const LEFT = 60;
const RIGHT = 20;
const TOP = 26;
const BOTTOM = 24;
const COLOURS = ['#1f6feb', '#d1242f', '#8250df'];
const TEXT = 'font-family="sans-serif" font-size="12" fill="#57606a"';

export function plot(minutes: readonly number[], panels: readonly Panel[]): string {
  const height = panels.length * PANEL_HEIGHT;
  const parts = panels.map((panel, index) => panelOf(minutes, panel, index * PANEL_HEIGHT));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    ...parts,
    '</svg>\n',
  ].join('\n');
}

function panelOf(minutes: readonly number[], { title, unit, lines }: Panel, top: number): string {
  const last = minutes.at(-1) ?? 1;
  const most = niceCeiling(Math.max(1, ...lines.flatMap(({ values }) => values)));
  const bottom = top + PANEL_HEIGHT - BOTTOM;
  const x = (minute: number): number => LEFT + (minute / last) * (WIDTH - LEFT - RIGHT);
  const y = (value: number): number => bottom - (value / most) * (PANEL_HEIGHT - TOP - BOTTOM);
  const out = [`<text x="${LEFT}" y="${top + 16}" ${TEXT} font-weight="bold">${title}</text>`];
  for (const value of [0, most / 2, most]) {
    out.push(
      `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(value)}" y2="${y(value)}" stroke="#d0d7de"/>`,
      `<text x="${LEFT - 6}" y="${y(value) + 4}" text-anchor="end" ${TEXT}>${value} ${unit}</text>`,
    );
  }
  for (let minute = 0; minute <= last; minute += last > 20 ? 10 : 1) {
    out.push(
      `<text x="${x(minute)}" y="${bottom + 16}" text-anchor="middle" ${TEXT}>${minute}</text>`,
    );
  }
  lines.forEach(({ name, values }, index) => {
    const colour = COLOURS[index % COLOURS.length] ?? '';
    const points = values.map(
      (value, at) => `${x(minutes[at] ?? 0).toFixed(1)},${y(value).toFixed(1)}`,
    );
    out.push(
      `<polyline fill="none" stroke="${colour}" stroke-width="1.2" points="${points.join(' ')}"/>`,
      `<text x="${WIDTH - RIGHT - 130 * index}" y="${top + 16}" text-anchor="end" font-family="sans-serif" font-size="12" fill="${colour}">${name}</text>`,
    );
  });
  return out.join('\n');
}

/** The next of 1, 2, 5, 10, 20, 50 … */
function niceCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5, 10].find((step) => step * power >= value) ?? 10) * power;
}
