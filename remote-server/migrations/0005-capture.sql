-- From here on every committed change of these tables gets a version and a mark that the copy to Forge picks up. The
-- functions belong to crossgrade, whose migrations run first.
select mig_capture('checklist', 'checklists', 'list', 'tenant', 'id', 'checklist', 'id');
select mig_capture('checklist_item', 'checklists', 'list', 'tenant', 'checklist_id', 'checklist', 'id');
select mig_capture('template', 'checklists', 'template', 'tenant', 'id', 'template', 'id');
select mig_capture('template_item', 'checklists', 'template', 'tenant', 'template_id', 'template', 'id');
select mig_capture('tenant_setting', 'checklists', 'settings', 'tenant', 'scope', 'tenant_setting', 'scope');
