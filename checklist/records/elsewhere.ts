/** Forge is not the authority for what was asked (`P`), or nobody is for a moment (`D`). Never leaves the stores. */
export class Elsewhere extends Error {
  override readonly name = 'Elsewhere';
  readonly authority: 'P' | 'D';

  constructor(authority: 'P' | 'D') {
    super(`the authority is ${authority}`);
    this.authority = authority;
  }
}
