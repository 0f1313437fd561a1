import type { Response } from 'express';
import type { ChecklistStore, Supplies } from '../../checklist/index.ts';

/** What every router of the API stands on. */
export interface ApiParts {
  /** The store of the caller's tenant, made for this request. */
  readonly storeFor: (res: Response) => ChecklistStore;
  readonly supplies: Supplies;
}
