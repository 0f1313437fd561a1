import { Router } from 'express';
import {
  addList,
  applyTemplate,
  deleteList,
  moveList,
  parseId,
  parseRequest,
  readLists,
  renameList,
  requests,
} from '../../checklist/index.ts';
import { route } from '../http/route.ts';
import type { ApiParts } from './api-parts.ts';
import { issueScopeOf } from './scopes.ts';

/** The lists of one issue. */
export function createListsRouter({ storeFor, supplies }: ApiParts): Router {
  const router = Router();

  router.get(
    '/issues/:issueId/lists',
    route(async (req, res) => {
      const scope = issueScopeOf(res, req.params['issueId']);
      res.json({ lists: await readLists(storeFor(res), scope) });
    }),
  );

  router.post(
    '/issues/:issueId/lists',
    route(async (req, res) => {
      const scope = issueScopeOf(res, req.params['issueId']);
      const body = parseRequest(requests.addList, req.body);
      res.status(201).json(await addList(storeFor(res), scope, body, supplies));
    }),
  );

  router.post(
    '/issues/:issueId/lists/from-template',
    route(async (req, res) => {
      const scope = issueScopeOf(res, req.params['issueId']);
      const body = parseRequest(requests.applyTemplate, req.body);
      res.status(201).json(await applyTemplate(storeFor(res), scope, body, supplies));
    }),
  );

  router.patch(
    '/lists/:listId',
    route(async (req, res) => {
      const listId = parseId('list', req.params['listId']);
      const body = parseRequest(requests.renameList, req.body);
      res.json(await renameList(storeFor(res), issueScopeOf(res), listId, body, supplies));
    }),
  );

  router.delete(
    '/lists/:listId',
    route(async (req, res) => {
      const listId = parseId('list', req.params['listId']);
      await deleteList(storeFor(res), issueScopeOf(res), listId, supplies);
      res.status(204).end();
    }),
  );

  router.post(
    '/lists/:listId/move',
    route(async (req, res) => {
      const listId = parseId('list', req.params['listId']);
      const body = parseRequest(requests.move, req.body);
      const lists = await moveList(storeFor(res), issueScopeOf(res), listId, body, supplies);
      res.json({ lists });
    }),
  );

  return router;
}
