import type { Site } from '../../types.ts';
import { CATEGORIES, statusOf } from '../workflows/standard-workflow.ts';

/** Jira's `StatusDetails`. */
export function statusBean(site: Site, statusId: string): Record<string, unknown> {
  const { id, name, category } = statusOf(statusId);
  const { id: categoryId, name: categoryName, color } = CATEGORIES[category];
  return {
    self: `${site.baseUrl}/rest/api/3/status/${id}`,
    ...{ id, name, description: '', iconUrl: `${site.baseUrl}/` },
    statusCategory: {
      self: `${site.baseUrl}/rest/api/3/statuscategory/${String(categoryId)}`,
      ...{ id: categoryId, key: category, name: categoryName, colorName: color },
    },
  };
}
