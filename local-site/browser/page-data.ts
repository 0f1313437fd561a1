import type { ModuleContext } from '../types.ts';

/** A Connect frame that the page's script puts into its element. */
export interface ConnectFrame {
  readonly elementId: string;
  readonly moduleKey: string;
  /** Signed address, good for three minutes. */
  readonly url: string;
  readonly fullPage: boolean;
}

/** A Custom UI frame. */
export interface ForgeFrame {
  readonly elementId: string;
  readonly moduleKey: string;
  /** Address of the resource's folder, with a slash at the end. */
  readonly resourceUrl: string;
  readonly fullPage: boolean;
  /** True when something else decides the height, as in a modal of a fixed size. */
  readonly fixedHeight: boolean;
  /** What `view.getContext()` answers. */
  readonly context: Readonly<Record<string, unknown>>;
}

/** Everything that the script of a page needs to know, written into the page as JSON. */
export interface PageData {
  /** Path prefix of the site. */
  readonly base: string;
  readonly siteOrigin: string;
  readonly customUiOrigin: string;
  readonly appKey: string;
  readonly context: ModuleContext;
  /** Path of the page itself, below which a full-page app may keep its own routes. */
  readonly pagePath: string;
  readonly connectFrames: readonly ConnectFrame[];
  readonly forgeFrames: readonly ForgeFrame[];
}
