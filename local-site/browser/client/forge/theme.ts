const THEMES = ['light', 'spacing', 'shape', 'typography-adg3'];

let css: Promise<string> | undefined;

/** The `--ds-*` values of Jira's light theme, for a frame that enables theming. Fetched once. */
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
export const THEME_NAMES = 'light:light spacing:spacing shape:shape typography:typography-adg3';
