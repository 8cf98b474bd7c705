// An OAuth 2.0 authorization server for the tests: oidc-provider, below the paths of matrix-authentication-service, with
// what a Synapse that delegates to it asks for, and what a test tells it.
//
//   POST /test/authorize  {url, user, decision?: allow | deny}
//                         a person logs in on an authorization URL -> {location}, or {status, error}
//   POST /test/device     {user_code | verification_uri_complete, user, decision?: allow | deny | abort}
//                         a person types a user code -> {status, done, error?}
//   POST /test/account    {url, user}: a person confirms a page of their account -> {status, done, error?}
//   POST /test/control    {client, ...}: for the clients of this name, what `defaults` in controls.mjs has, and
//                         faults: [{path, times?, status, headers?, content_type?, body?}], which are answered instead of
//                         the real response; with `close` the connection is closed, 'before' or 'after' the request has
//                         had effect
//   GET  /test/requests   ?client=: what the clients of this name asked for: [{path, grant_type?, status, error?}]
//   GET  /test/health     200 as soon as the server listens
import http from 'node:http';
import { controls, record, requestsOf, setControls, takeFault } from './controls.mjs';
import { readBody, readForm, readJson } from './bodies.mjs';
import { account, errorPage, interaction } from './pages.mjs';
import { authorize, device, manage } from './person.mjs';
import { provider } from './provider.mjs';
import { begin, end } from './sessions.mjs';
import { issuer, secret } from './settings.mjs';
import { clientName, rotated, table, used } from './store.mjs';

const ended = [];
provider.on('grant.revoked', (_ctx, grantId) => ended.push(end(grantId)));
provider.on('server_error', (_ctx, error) => console.error(error));

provider.use(async (ctx, next) => {
  const asked = await describe(ctx);
  const fault = takeFault(asked.client, ctx.path);
  if (fault && fault.close !== 'after') answer(ctx, fault);
  else await (own(ctx) ?? next().then(() => finish(ctx)));
  await Promise.all(ended.splice(0));
  if (asked.client && ctx.path.startsWith('/oauth2/')) record({ ...asked, status: ctx.status, error: ctx.body?.error });
  if (fault?.close) close(ctx);
});

async function describe(ctx) {
  const body = await readBody(ctx);
  const path = ctx.path;
  if (path === '/oauth2/registration' && ctx.is('json')) return { path, client: JSON.parse(body).client_name };
  const { client_id: clientId, grant_type } = Object.fromEntries(new URLSearchParams(body));
  return { path, client: clientName(clientId), grant_type };
}

function answer(ctx, { status = 500, headers = {}, content_type = 'application/json', body = '' }) {
  ctx.status = status;
  ctx.type = content_type;
  ctx.set(headers);
  ctx.body = typeof body === 'string' ? body : JSON.stringify(body);
}

function close(ctx) {
  ctx.respond = false;
  ctx.req.socket.destroy();
}

// What oidc-provider does not have.
function own(ctx) {
  if (ctx.path.startsWith('/interaction/')) return shown(ctx, interaction(provider, ctx));
  if (ctx.path === '/account/') return shown(ctx, account(ctx));
  if (ctx.path === '/oauth2/introspect') return introspect(ctx);
  if (ctx.path.startsWith('/test/')) return test(ctx);
}

async function shown(ctx, page) {
  ctx.type = 'html';
  await page.catch((error) => {
    ctx.status = 400;
    ctx.body = errorPage(error.message);
  });
}

// Synapse asks this about every access token that it gets.
async function introspect(ctx) {
  const error = 'invalid_client';
  if (ctx.get('authorization') !== `Bearer ${secret}`) return answer(ctx, { status: 401, body: { error } });
  const { token = '' } = await readForm(ctx);
  const found = await provider.AccessToken.find(token);
  const active = found !== undefined && !found.isExpired && table('Grant').has(found.grantId);
  if (active) used(token);
  ctx.body = active ? { active, scope: found.scope, username: found.accountId, expires_in: found.remainingTTL } : { active };
}

async function test(ctx) {
  const actions = { authorize, device, account: manage, control: setControls };
  const what = ctx.path.slice('/test/'.length);
  try {
    if (what === 'health') ctx.body = {};
    else if (what === 'requests') ctx.body = requestsOf(ctx.query.client);
    else if (what in actions) ctx.body = await actions[what](await readJson(ctx));
  } catch (error) {
    answer(ctx, { status: 500, body: { error: error.stack } });
  }
}

// What oidc-provider answered, as matrix-authentication-service would.
async function finish(ctx) {
  const knobs = controls(ctx.oidc?.client?.clientName);
  const route = ctx._matchedRouteName;
  if (route === 'device_authorization' && ctx.status === 200) ctx.body = { ...ctx.body, interval: knobs.interval };
  if (route === 'token' && ctx.status === 200) await granted(ctx, knobs);
  else if (route === 'token') refused(ctx, knobs);
}

async function granted(ctx, knobs) {
  const { AccessToken: access, RefreshToken: refresh, RotatedRefreshToken: old } = ctx.oidc.entities;
  await begin(access.grantId, access.accountId, access.scope, ctx.oidc.client);
  if (old && knobs.refresh_grace) rotated(old.jti, [access.jti, refresh.jti]);
  ctx.body = Object.fromEntries(Object.entries(ctx.body).filter(([member]) => !knobs.omit.includes(member)));
}

const polls = new Map();

function refused(ctx, knobs) {
  const code = ctx.oidc.params?.device_code;
  if (ctx.body.error === 'authorization_pending') {
    const poll = polls.get(code) ?? { last: 0, interval: knobs.interval };
    const isEarly = Date.now() - poll.last < poll.interval * 1000 - 250;
    if (isEarly) ctx.body = { error: 'slow_down' };
    polls.set(code, { last: Date.now(), interval: poll.interval + (isEarly ? 5 : 0) });
  }
  if (!knobs.mas_statuses) return;
  ctx.status = masStatuses[ctx.body.error] ?? ctx.status;
}

const masStatuses = {
  authorization_pending: 403,
  access_denied: 403,
  expired_token: 403,
  invalid_scope: 403,
  unauthorized_client: 401,
};

// The metadata has the URLs of the issuer, whatever name a request used.
provider.proxy = true;
const listener = provider.callback();
http
  .createServer((request, response) => {
    request.headers.host = issuer.host;
    listener(request, response);
  })
  .listen(issuer.port, issuer.hostname);
