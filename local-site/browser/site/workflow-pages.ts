import type { Project } from '../../jira/index.ts';
import { rulePage } from '../pages/rule-page.ts';
import { workflowPage } from '../pages/workflow.ts';
import type { View } from '../view.ts';
import { mayEdit } from './workflow-door.ts';
import type { Found } from './found-page.ts';

/**
 * `/projects/<key>/workflow`, `…/workflow/add?transition=&module=` and `…/workflow/rules/<id>`. Everybody in the project sees
 * its workflow; only those who administer it reach the forms.
 */
export function workflowPages(view: View, project: Project): Found | undefined {
  const { world, visit } = view;
  const { workflows } = world.jira;
  const workflow = workflows.of(visit.site, project.key);
  if (workflow === undefined) return undefined;
  const [area, id] = visit.path.split('/').slice(4);
  if (area === undefined || area === '') {
    return { status: 200, page: workflowPage(view, project, workflow) };
  }
  if (!mayEdit(world, visit, project.key)) return undefined;
  const page = area === 'add' ? adding() : area === 'rules' ? changing() : undefined;
  return page && { status: 200, page };

  function adding(): ReturnType<typeof rulePage> {
    const transition = workflow?.transitions.find(
      (each) => each.id === visit.query.get('transition'),
    );
    const module = workflows
      .ruleModules(visit.site)
      .find((each) => each.module.key === visit.query.get('module'));
    return transition && module && rulePage(view, project, transition, module);
  }

  function changing(): ReturnType<typeof rulePage> {
    const found = workflows.rules(visit.site, project.key).find(({ rule }) => rule.id === id);
    return found && rulePage(view, project, found.transition, found);
  }
}
