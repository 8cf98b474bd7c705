// What the Matrix specification and matrix-authentication-service ask of scopes and of registrations, and oidc-provider
// does not know.
import { errors } from 'oidc-provider';

export const apiScopes = ['urn:matrix:client:api:*', 'urn:matrix:org.matrix.msc2967.client:api:*'];
const devicePrefixes = ['urn:matrix:client:device:', 'urn:matrix:org.matrix.msc2967.client:device:'];
const otherScopes = ['openid', 'email', 'offline_access'];
const deviceId = /^[A-Za-z0-9._~!$&'()*+,;=:@\/-]{10,255}$/;
// oidc-provider wants a list of the scopes that there are, and every device has one.
const deviceScopes = new Set();

export const knownScopes = () => [...apiScopes, ...deviceScopes].join(' ');

const words = (scope) => (scope ?? '').split(' ').filter(Boolean);
const prefixOf = (word) => devicePrefixes.find((prefix) => word.startsWith(prefix));

export function deviceOf(scope) {
  const word = words(scope).find(prefixOf);
  return word?.slice(prefixOf(word).length);
}

export function checkScope(scope) {
  const check = (holds, why) => {
    if (!holds) throw new errors.InvalidScope(why, scope);
  };
  const all = words(scope);
  const apis = all.filter((word) => apiScopes.includes(word));
  const devices = all.filter(prefixOf);
  const others = all.filter((word) => otherScopes.includes(word));
  const isUnstable = new Set([...apis, ...devices].map((word) => word.includes('msc2967')));
  check(all.length === apis.length + devices.length + others.length, 'there is an unknown scope');
  check(devices.length <= 1, 'there is more than one device');
  check(devices.length === 0 || apis.length > 0, 'a device needs the scope of the API');
  check(isUnstable.size <= 1, 'stable and unstable scopes are mixed');
  check(devices.length === 0 || deviceId.test(deviceOf(scope)), 'a device ID has at least 10 plain characters');
  devices.forEach((word) => deviceScopes.add(word));
}

export function checkRegistration(metadata) {
  const check = (holds, why) => {
    if (!holds) throw new errors.InvalidClientMetadata(why);
  };
  const home = read(metadata.client_uri);
  check(home, 'client_uri is missing');
  check(home.protocol === 'https:', 'client_uri must use https');
  check(!home.username && !home.password, 'client_uri must not name a user');
  for (const name of ['logo_uri', 'tos_uri', 'policy_uri']) {
    if (metadata[name] === undefined) continue;
    const url = read(metadata[name]);
    check(url?.protocol === 'https:', `${name} must use https`);
    check(isWithin(home, url), `${name} must be on the host of client_uri`);
  }
  for (const uri of metadata.redirect_uris ?? []) checkRedirect(uri, home, metadata.application_type === 'native');
}

function checkRedirect(uri, home, isNative) {
  const check = (holds, why) => {
    if (!holds) throw Object.assign(new errors.InvalidRedirectUri(), { error_description: why });
  };
  const url = read(uri);
  check(url, 'redirect_uri is not a URL');
  check(!uri.includes('#'), 'redirect_uri must not have a fragment');
  if (url.protocol === 'https:') return check(isWithin(home, url), 'redirect_uri must be on the host of client_uri');
  check(isNative, 'redirect_uri of a web client must use https');
  if (url.protocol === 'http:') {
    check(['localhost', '127.0.0.1', '[::1]'].includes(url.hostname), 'http is for the loopback alone');
    return check(!url.port, 'the loopback is registered without a port');
  }
  const reversed = home.hostname.split('.').reverse().join('.');
  check(`${url.protocol.slice(0, -1)}.`.startsWith(`${reversed}.`), `the scheme must begin with ${reversed}`);
  check(!uri.includes('://'), 'a scheme of the client is followed by one slash');
}

const read = (text) => (URL.canParse(text) ? new URL(text) : undefined);
const isWithin = (home, url) => `.${url.hostname}`.endsWith(`.${home.hostname}`);
