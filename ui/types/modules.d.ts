/** Style sheets are bundled by esbuild; an import of one only says that the page needs it. */
declare module '*.css';

/**
 * The drag-and-drop packages have no `exports`; their entry points are folders with a package.json, which bundlers follow and
 * TypeScript's `nodenext` does not. These lines lead it to the declarations the packages ship.
 */
declare module '@atlaskit/pragmatic-drag-and-drop/element/adapter' {
  export * from '@atlaskit/pragmatic-drag-and-drop/dist/types/entry-point/element/adapter.js';
}
declare module '@atlaskit/pragmatic-drag-and-drop/combine' {
  export * from '@atlaskit/pragmatic-drag-and-drop/dist/types/entry-point/combine.js';
}
declare module '@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge' {
  export * from '@atlaskit/pragmatic-drag-and-drop-hitbox/dist/types/closest-edge.js';
}
