export { RELEASE_OPERATIONS } from './operations.ts';
export { createReleaseDoor } from './release-door.ts';
export type { ReleaseDoor } from './release-door.ts';
export { UNMODELLED_RELEASE_OPERATIONS } from './unmodelled-operations.ts';
export type { ReleaseSettings } from './release-rooms.ts';
