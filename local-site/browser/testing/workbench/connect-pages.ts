/** The Connect pages of the workbench: small HTML that says where it stands and puts `AP` to use. */
export function connectPage(url: URL, hostScript: string): string {
  const moduleKey = url.searchParams.get('module') ?? url.pathname.slice(1);
  const body = BODIES[url.pathname] ?? facts(moduleKey, url);
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escaped(moduleKey)}</title>
<style>${STYLE}</style><script src="${hostScript}"></script></head>
<body><div class="ac-content">${body}</div><script>AP.theming.initializeTheming();</script></body></html>`;
}

const STYLE = `body{margin:0;font:14px/20px ui-sans-serif,system-ui,sans-serif;
background:var(--ds-surface,#fff);color:var(--ds-text,#172b4d)}.ac-content{padding:4px 2px}h3{margin:0 0 4px;font-size:16px}
p{margin:0 0 8px;color:var(--ds-text-subtle,#44546f)}input,button{height:32px;padding:0 8px;border-radius:3px;
border:1px solid var(--ds-border-input,#8590a2);background:var(--ds-background-input,#fff);color:inherit;font:inherit}
button{margin-left:8px;border-color:transparent;background:var(--ds-background-neutral,#091e420f)}`;

/** Parameters that the host adds to every address are of no interest. */
const OF_THE_HOST = new Set([
  'module',
  'xdm_e',
  'xdm_c',
  'cp',
  'lic',
  'cv',
  'jwt',
  'xdm_deprecated_addon_key_do_not_use',
]);

function facts(moduleKey: string, url: URL): string {
  const given = [...url.searchParams].filter(([name]) => !OF_THE_HOST.has(name));
  const text = given
    .map(([name, value]) => `${name} ${value === '' ? 'is empty' : value}`)
    .join(' · ');
  return `<h3>${escaped(moduleKey)} on Connect</h3><p>${escaped(text)}</p>`;
}

/** A gadget keeps its word as a dashboard item property and shows its form when it is told to. */
const GADGET = `<h3>Connect gadget</h3><p id="word"></p><div id="form" hidden>
<label>Word <input id="value"></label><button id="save">Save</button></div><script>
const query = new URLSearchParams(location.search);
const path = '/rest/api/3/dashboard/' + query.get('dashboard') + '/items/' + query.get('item') + '/properties/word';
const show = (word) => { document.getElementById('word').textContent = 'Configured: ' + word; };
AP.request(path).then(({ body }) => show(JSON.parse(body).value), () => show('nothing yet'));
AP.jira.DashboardItem.onDashboardItemEdit(() => { document.getElementById('form').hidden = false; });
document.getElementById('save').addEventListener('click', async () => {
  const word = document.getElementById('value').value;
  await AP.request({ url: path, type: 'PUT', contentType: 'application/json', data: JSON.stringify(word) });
  AP.jira.setDashboardItemTitle('Connect gadget: ' + word);
  document.getElementById('form').hidden = true;
  show(word);
});</script>`;

/** The form of a workflow rule: refuses an empty word. */
const RULE = `<h3>Which word?</h3><label>Word <input id="value"></label><script>
AP.jira.getWorkflowConfiguration((saved) => {
  if (saved) document.getElementById('value').value = JSON.parse(saved).word;
});
AP.jira.WorkflowConfiguration.onSaveValidation(() => document.getElementById('value').value !== '');
AP.jira.WorkflowConfiguration.onSave(() => JSON.stringify({ word: document.getElementById('value').value }));
</script>`;

const RULE_VIEW = `<p>Word: <strong id="word"></strong></p><script>
document.getElementById('word').textContent = JSON.parse(new URLSearchParams(location.search).get('config')).word;
</script>`;

const BODIES: Readonly<Record<string, string>> = {
  '/gadget': GADGET,
  '/rule': RULE,
  '/rule-view': RULE_VIEW,
};

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
