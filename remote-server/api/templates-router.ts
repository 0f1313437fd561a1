import { Router } from 'express';
import {
  createTemplate,
  deleteTemplate,
  parseId,
  parseRequest,
  readTemplates,
  requests,
  updateTemplate,
} from '../../checklist/index.ts';
import { route } from '../http/route.ts';
import type { ApiParts } from './api-parts.ts';
import { projectScopeOf } from './scopes.ts';

/** The templates of one project. */
export function createTemplatesRouter({ storeFor, supplies }: ApiParts): Router {
  const router = Router();

  router.get(
    '/projects/:projectId/templates',
    route(async (req, res) => {
      const scope = projectScopeOf(res, req.params['projectId']);
      res.json({ templates: await readTemplates(storeFor(res), scope) });
    }),
  );

  router.post(
    '/projects/:projectId/templates',
    route(async (req, res) => {
      const scope = projectScopeOf(res, req.params['projectId']);
      const body = parseRequest(requests.createTemplate, req.body);
      res.status(201).json(await createTemplate(storeFor(res), scope, body, supplies));
    }),
  );

  router.put(
    '/templates/:templateId',
    route(async (req, res) => {
      const templateId = parseId('template', req.params['templateId']);
      const body = parseRequest(requests.updateTemplate, req.body);
      const scope = projectScopeOf(res);
      res.json(await updateTemplate(storeFor(res), scope, templateId, body, supplies));
    }),
  );

  router.delete(
    '/templates/:templateId',
    route(async (req, res) => {
      const templateId = parseId('template', req.params['templateId']);
      await deleteTemplate(storeFor(res), projectScopeOf(res), templateId, supplies);
      res.status(204).end();
    }),
  );

  return router;
}
