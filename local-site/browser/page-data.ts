import type { Purpose } from './frames/purpose.ts';
import type { ModuleContext } from '../types.ts';

/** What both kinds of frames have. */
interface Frame {
  /** Id of the element that holds it. */
  readonly elementId: string;
  readonly moduleKey: string;
  readonly title: string;
  readonly fullPage: boolean;
  /** The iframe's `sandbox` attribute. */
  readonly sandbox: string;
  /** What the frame is for besides the issue or project of its page; goes back with every question to the server. */
  readonly purpose: Purpose;
  /** Present: it is not part of the page but opens as a dialog when a `[data-opens]` button of its element id is pressed. */
  readonly opens?: {
    /** A named size of Forge, or width and height in CSS. */
    readonly size: string | { readonly width: string; readonly height?: string | undefined };
  };
}

/** A Connect frame that the page's script puts into its element. */
export interface ConnectFrame extends Frame {
  /** Signed address, good for three minutes. */
  readonly url: string;
}

/** A Custom UI frame. */
export interface ForgeFrame extends Frame {
  /** `jira:issuePanel` … */
  readonly moduleType: string;
  /** Address of the resource's folder, with a slash at the end. */
  readonly resourceUrl: string;
  /** Set when something else than its content decides the height, in CSS. */
  readonly height: string | undefined;
  /** A gadget with `refreshable: false`. */
  readonly refreshesItself: boolean;
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
  readonly theme: 'light' | 'dark';
  readonly locale: string;
  readonly timeZone: string;
  /** Path of the page itself, below which a full-page app may keep its own routes. */
  readonly pagePath: string;
  /** Addresses that `router` opens without asking: `permissions.external.fetch.client`. */
  readonly knownHosts: readonly string[];
  readonly connectFrames: readonly ConnectFrame[];
  readonly forgeFrames: readonly ForgeFrame[];
}
