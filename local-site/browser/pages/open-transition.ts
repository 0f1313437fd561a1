/** A transition that the person can choose now. */
export interface OpenTransition {
  readonly id: string;
  readonly name: string;
}
