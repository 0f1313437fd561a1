import type { User } from '../../types.ts';

export type PropertyEntity = 'app' | 'issue' | 'issueType' | 'project' | 'user';

/** What conditions of modules may look at: who looks at what. */
export interface Facts {
  readonly user: User;
  /** Whether the site has an active licence for the app. */
  readonly licensed: boolean;
  readonly issue?: { readonly key: string; readonly type: string } | undefined;
  readonly project?: { readonly key: string } | undefined;
  /** Whether the person has a permission, global or in the project. */
  permits(permission: string): boolean;
  /** The value of an entity property; undefined when there is no such entity or property. */
  property(entity: PropertyEntity, key: string): Promise<unknown>;
  /** Told every condition that the local site does not know. Such a condition is not fulfilled. */
  unknown(condition: string): void;
}
