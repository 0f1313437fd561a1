import { appPropertyRoutes } from './app-property-routes.ts';
import { dashboardItemRoutes } from './dashboard-item-routes.ts';
import { dashboardRoutes } from './dashboard-routes.ts';
import { expressionRoutes } from './expression-routes.ts';
import { issuePropertyRoutes } from './issue-property-routes.ts';
import { issueRoutes } from './issue-routes.ts';
import { permissionRoutes } from './permission-routes.ts';
import { projectPropertyRoutes } from './project-property-routes.ts';
import { projectRoutes } from './project-routes.ts';
import type { Route } from './route.ts';
import { searchRoutes } from './search-routes.ts';
import { serverInfoRoute } from './server-info-route.ts';
import { transitionRoutes } from './transition-routes.ts';

/** Every call that is modelled; any other is answered 501 and registered. */
export const ROUTES: readonly Route[] = [
  ...issueRoutes,
  ...issuePropertyRoutes,
  ...transitionRoutes,
  ...projectRoutes,
  ...projectPropertyRoutes,
  ...permissionRoutes,
  ...searchRoutes,
  ...expressionRoutes,
  ...dashboardRoutes,
  ...dashboardItemRoutes,
  ...appPropertyRoutes,
  serverInfoRoute,
];
