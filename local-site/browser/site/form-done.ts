/** What a form did: where to go next, and what to say there when it did not work. */
export interface Done {
  readonly location: string;
  readonly problem?: string;
}
