// What a person sees. There are no passwords: who names an account has it.
import { readForm } from './bodies.mjs';
import { endWhere, provision, sessionsOf, tellHomeserver } from './sessions.mjs';

export const resource = 'urn:matrix:homeserver';

export const escape = (text) => String(text ?? '').replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);

export const page = (title, body) =>
  `<!doctype html><html><head><meta charset="utf-8"><title>${escape(title)}</title></head>
<body><h1>${escape(title)}</h1>${body}</body></html>`;

export const errorPage = (error) => page('Error', `<p id="error">${escape(error)}</p>`);

export const deviceForm = (form, error) =>
  page(
    'Enter the code',
    `${error ? `<p id="error">${escape(error.name)}</p>` : ''}${form}<button form="op.deviceInputForm">Continue</button>`,
  );

export const deviceConfirmation = (form, client, code) =>
  page(
    'Log the device in?',
    `<p>${escape(client.clientName)}</p><p>${escape(code)}</p>${form}
<button form="op.deviceConfirmForm">Continue</button><button form="op.deviceConfirmForm" name="abort" value="yes">Abort</button>`,
  );

export const devicePage = () => page('The device is logged in', '<p id="done"></p>');

// The page to log in or to register on, which asks for consent too.
export async function interaction(provider, ctx) {
  const { params, prompt } = await provider.interactionDetails(ctx.req, ctx.res);
  if (ctx.method === 'GET') {
    const client = await provider.Client.find(params.client_id);
    ctx.body = page(
      prompt.name === 'create' ? 'Create an account' : 'Log in',
      `<p>${escape(client.clientName)}</p><p>${escape(params.scope)}</p>
<form method="post" action="${escape(ctx.path)}"><input name="user">
<button name="decision" value="allow">Allow</button><button name="decision" value="deny">Deny</button></form>`,
    );
    return;
  }
  const { user, decision } = await readForm(ctx);
  const result = decision === 'deny' ? { error: 'access_denied' } : await consent(provider, user, params, prompt);
  ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, result, { mergeWithLastSubmission: false }));
  ctx.status = 303;
}

async function consent(provider, user, params, prompt) {
  await provision(user);
  const grant = new provider.Grant({ accountId: user, clientId: params.client_id });
  grant.addOIDCScope('openid');
  grant.addResourceScope(resource, params.scope);
  return { [prompt.name]: {}, login: { accountId: user, remember: false }, consent: { grantId: await grant.save() } };
}

// What the person manages, as the link's `action` has it; the form says who it is.
export async function account(ctx) {
  const { action = 'org.matrix.profile', device_id: device } = ctx.query;
  if (ctx.method === 'GET') {
    ctx.body = page(
      'Account',
      `<p>${escape(action)} ${escape(device)}</p>
<form method="post" action="${escape(ctx.url)}"><input name="user"><button>Confirm</button></form>`,
    );
    return;
  }
  const { user } = await readForm(ctx);
  if (action === 'org.matrix.cross_signing_reset') await tellHomeserver('allow_cross_signing_reset', { localpart: user });
  if (action === 'org.matrix.device_delete') await endWhere((it) => it.user === user && it.device === device);
  if (action === 'org.matrix.account_deactivate') {
    await endWhere((it) => it.user === user);
    await tellHomeserver('delete_user', { localpart: user, erase: false });
  }
  ctx.body = page('Done', `<p id="done">${sessionsOf(user).map(({ device }) => escape(device)).join(' ')}</p>`);
}
