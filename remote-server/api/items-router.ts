import { Router } from 'express';
import type { Request } from 'express';
import {
  addItem,
  deleteItem,
  editItem,
  moveItem,
  parseId,
  parseRequest,
  requests,
} from '../../checklist/index.ts';
import { route } from '../http/route.ts';
import type { ApiParts } from './api-parts.ts';
import { issueScopeOf } from './scopes.ts';

const listIdOf = (req: Request) => parseId('list', req.params['listId']);
const itemIdOf = (req: Request) => parseId('item', req.params['itemId']);

/** The items of one list. Every change answers the whole list as it now stands. */
export function createItemsRouter({ storeFor, supplies }: ApiParts): Router {
  const router = Router();

  router.post(
    '/lists/:listId/items',
    route(async (req, res) => {
      const body = parseRequest(requests.addItem, req.body);
      const scope = issueScopeOf(res);
      res.status(201).json(await addItem(storeFor(res), scope, listIdOf(req), body, supplies));
    }),
  );

  router.patch(
    '/lists/:listId/items/:itemId',
    route(async (req, res) => {
      const body = parseRequest(requests.editItem, req.body);
      const [listId, itemId] = [listIdOf(req), itemIdOf(req)];
      const scope = issueScopeOf(res);
      res.json(await editItem(storeFor(res), scope, listId, itemId, body, supplies));
    }),
  );

  router.post(
    '/lists/:listId/items/:itemId/move',
    route(async (req, res) => {
      const body = parseRequest(requests.move, req.body);
      const [listId, itemId] = [listIdOf(req), itemIdOf(req)];
      const scope = issueScopeOf(res);
      res.json(await moveItem(storeFor(res), scope, listId, itemId, body, supplies));
    }),
  );

  router.delete(
    '/lists/:listId/items/:itemId',
    route(async (req, res) => {
      const [listId, itemId] = [listIdOf(req), itemIdOf(req)];
      res.json(await deleteItem(storeFor(res), issueScopeOf(res), listId, itemId, supplies));
    }),
  );

  return router;
}
