// How oidc-provider is set up.
import { createHash, randomBytes } from 'node:crypto';
import Provider, { interactionPolicy } from 'oidc-provider';
import { controls } from './controls.mjs';
import { deviceConfirmation, deviceForm, devicePage, errorPage, resource } from './pages.mjs';
import { checkRegistration, checkScope, knownScopes } from './rules.mjs';
import { issuer } from './settings.mjs';
import { Store } from './store.mjs';

const policy = interactionPolicy.base();
policy.add(new interactionPolicy.Prompt({ name: 'create', requestable: true }), 0);
// Whatever the browser remembers.
const isNotLoggedIn = (ctx) => !ctx.oidc.result?.login;
policy.get('login').checks.add(new interactionPolicy.Check('always', 'the person logs in each time', isNotLoggedIn));

const ttl = (name) => (_ctx, _token, client) => controls(client.clientName)[name];

export const provider = new Provider(issuer.href, {
  adapter: Store,
  cookies: { keys: [randomBytes(16).toString('hex')] },
  scopes: ['openid', 'email', 'offline_access'],
  responseTypes: ['code'],
  clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post'],
  extraClientMetadata: { properties: ['matrix'], validator: (_ctx, _name, _value, metadata) => checkRegistration(metadata) },
  findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  expiresWithSession: () => false,
  issueRefreshToken: (_ctx, client) => controls(client.clientName).issue_refresh && client.grantTypeAllowed('refresh_token'),
  rotateRefreshToken: (ctx) => controls(ctx.oidc.client.clientName).rotate,
  // Whichever of its tokens is revoked, the session ends.
  revokeGrantPolicy: () => true,
  ttl: {
    AccessToken: ttl('access_ttl'),
    RefreshToken: ttl('refresh_ttl'),
    AuthorizationCode: ttl('code_ttl'),
    DeviceCode: ttl('device_ttl'),
    IdToken: 3600,
    Interaction: 3600,
    Session: 86400,
    Grant: 30 * 86400,
  },
  interactions: { policy, url: (_ctx, { uid }) => `/interaction/${uid}` },
  renderError: (ctx, { error }) => {
    ctx.type = 'html';
    ctx.body = errorPage(error);
  },
  routes: {
    authorization: '/authorize',
    token: '/oauth2/token',
    registration: '/oauth2/registration',
    revocation: '/oauth2/revoke',
    device_authorization: '/oauth2/device',
    code_verification: '/link',
    jwks: '/oauth2/keys.json',
    userinfo: '/oauth2/userinfo',
  },
  discovery: {
    prompt_values_supported: ['login', 'consent', 'create'],
    account_management_uri: new URL('/account/', issuer).href,
    account_management_actions_supported: [
      'org.matrix.profile',
      'org.matrix.devices_list',
      'org.matrix.device_view',
      'org.matrix.device_delete',
      'org.matrix.account_deactivate',
      'org.matrix.cross_signing_reset',
    ],
  },
  features: {
    devInteractions: { enabled: false },
    dPoP: { enabled: false },
    pushedAuthorizationRequests: { enabled: false },
    rpInitiatedLogout: { enabled: false },
    revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
    registration: { enabled: true, issueRegistrationAccessToken: false, idFactory: clientId },
    deviceFlow: {
      enabled: true,
      charset: 'base-20',
      mask: '****-****',
      userCodeInputSource: (ctx, form, _out, error) => {
        ctx.body = deviceForm(form, error);
      },
      userCodeConfirmSource: (ctx, form, client, _info, code) => {
        ctx.body = deviceConfirmation(form, client, code);
      },
      successSource: (ctx) => {
        ctx.body = devicePage();
      },
    },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => resource,
      useGrantedResource: () => true,
      getResourceServerInfo: (ctx) => {
        if (asksForScope.includes(ctx.oidc.route)) checkScope(ctx.oidc.params.scope);
        return { scope: knownScopes(), audience: resource, accessTokenFormat: 'opaque' };
      },
    },
  },
});

const asksForScope = ['authorization', 'device_authorization', 'code_verification', 'resume', 'device_resume'];

// The same metadata gets the same ID, and a client with a secret a new one.
function clientId(ctx) {
  const { body } = ctx.oidc;
  if (body.token_endpoint_auth_method !== 'none') return randomBytes(13).toString('hex');
  return createHash('sha256').update(JSON.stringify(sorted(body))).digest('hex').slice(0, 26);
}

function sorted(value) {
  if (Array.isArray(value) || value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.keys(value).sort().map((name) => [name, sorted(value[name])]));
}
