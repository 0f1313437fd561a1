import { readPageData } from '../page-data.ts';

const { theme: COLOR_MODE } = readPageData();
const THEMES = [COLOR_MODE, 'spacing', 'shape', 'typography-adg3'];

let css: Promise<string> | undefined;

/** The `--ds-*` values of the site's theme, for a frame that enables theming. Fetched once. */
export function themeSheet(): Promise<string> {
  css ??= Promise.all(
    THEMES.map(async (theme) => {
      const response = await fetch(`/connect/themes/atlaskit-tokens_${theme}.css`);
      return response.text();
    }),
  ).then((sheets) => sheets.join('\n'));
  return css;
}

/** The names that the sheets react to. */
export const THEME_NAMES = `${COLOR_MODE}:${COLOR_MODE} spacing:spacing shape:shape typography:typography-adg3`;

export { COLOR_MODE };
